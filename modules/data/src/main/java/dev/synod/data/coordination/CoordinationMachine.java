package dev.synod.data.coordination;

import dev.synod.core.StateMachine;
import dev.synod.data.claim.ClaimEvents;
import dev.synod.data.claim.ClaimView;
import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import dev.synod.data.map.Subscription;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state machine behind counters, latches, registers, locks, semaphores and elections. {@link
 * CoordinationCodec} describes the bytes of commands and queries.
 *
 * <p>Threading: every method must be called on the member's context ({@code Synod.context()}).
 */
public final class CoordinationMachine implements StateMachine {
  /** The name under which the state machine is registered. */
  public static final String NAME = "coordination";

  private static final Logger LOG = LoggerFactory.getLogger(CoordinationMachine.class);
  private static final byte FORMAT = 1;

  private final List<ClaimListener> listeners = new CopyOnWriteArrayList<>();

  /** What the listeners are told at the end of the slot. */
  private final List<Consumer<ClaimListener>> news = new ArrayList<>();

  private NamedValues values = new NamedValues();
  private Claims claims = claims();

  /** Creates a state machine without values and claims. */
  public CoordinationMachine() {}

  private Claims claims() {
    return new Claims(
        new ClaimEvents() {
          @Override
          public void granted(long claim, long token) {
            tell(listener -> listener.granted(claim, token));
          }

          @Override
          public void ended(long claim) {
            tell(listener -> listener.ended(claim));
          }

          @Override
          public void changed(ResourceKind kind, String resource) {
            tell(listener -> listener.changed(kind, resource));
          }
        });
  }

  private void tell(Consumer<ClaimListener> event) {
    if (!listeners.isEmpty()) {
      news.add(event);
    }
  }

  @Override
  public byte[] apply(Context context, ByteBuffer command) {
    CoordinationInput input = new CoordinationInput(command);
    byte kind = input.kind(CoordinationCodec.RENEW);
    return switch (kind) {
      case CoordinationCodec.ADD -> add(input);
      case CoordinationCodec.COMPARE_AND_SET -> compareAndSet(input);
      case CoordinationCodec.SET_COUNT -> setCount(input);
      case CoordinationCodec.COUNT_DOWN -> countDown(input);
      case CoordinationCodec.DECIDE -> decide(input);
      case CoordinationCodec.ACQUIRE -> acquire(context, input);
      case CoordinationCodec.RELEASE -> {
        long claim = input.number("the claim");
        input.end();
        yield done(claims.release(context.session(), claim));
      }
      default -> {
        long lease = input.number("the lease", 1, Claims.MAX_TIME);
        input.end();
        yield done(claims.renew(context.session(), lease, context.time()));
      }
    };
  }

  private byte[] add(CoordinationInput input) {
    String name = input.name();
    long delta = input.number("the delta");
    input.end();
    long value = values.number(NamedValues.Kind.COUNTER, name) + delta;
    values.number(NamedValues.Kind.COUNTER, name, value);
    return number(value);
  }

  private byte[] compareAndSet(CoordinationInput input) {
    String name = input.name();
    long expected = input.number("the expected value");
    long update = input.number("the new value");
    input.end();
    long value = values.number(NamedValues.Kind.COUNTER, name);
    if (value != expected) {
      return answer(0, value);
    }
    values.number(NamedValues.Kind.COUNTER, name, update);
    return answer(1, update);
  }

  private byte[] setCount(CoordinationInput input) {
    String name = input.name();
    long count = input.number("the count", 1, Long.MAX_VALUE);
    input.end();
    long before = values.number(NamedValues.Kind.LATCH, name);
    if (before != 0) {
      return answer(0, before);
    }
    values.number(NamedValues.Kind.LATCH, name, count);
    return answer(1, count);
  }

  private byte[] countDown(CoordinationInput input) {
    String name = input.name();
    input.end();
    long before = values.number(NamedValues.Kind.LATCH, name);
    long count = Math.max(0, before - 1);
    if (before > 0) {
      values.number(NamedValues.Kind.LATCH, name, count);
    }
    if (before == 1) {
      tell(listener -> listener.opened(name));
    }
    return number(count);
  }

  private byte[] decide(CoordinationInput input) {
    String name = input.name();
    byte[] value = input.rest("the value", CoordinationCodec.MAX_VALUE_BYTES);
    byte[] decided = values.get(NamedValues.Kind.REGISTER, name);
    if (decided == null) {
      values.set(NamedValues.Kind.REGISTER, name, value);
    }
    byte[] result = decided == null ? value : decided;
    byte first = (byte) (decided == null ? 1 : 0);
    return ByteBuffer.allocate(1 + result.length).put(first).put(result).array();
  }

  private byte[] acquire(Context context, CoordinationInput input) {
    Claims.Request request = input.request();
    Claims.Answer answer = claims.acquire(context.session(), context.time(), request);
    long token = Math.max(0, claims.token(request.id()));
    return answer(answer.code(), token);
  }

  private static byte[] done(boolean done) {
    return new byte[] {(byte) (done ? 1 : 0)};
  }

  private static byte[] answer(int answer, long value) {
    return ByteBuffer.allocate(9).put((byte) answer).putLong(value).array();
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  @Override
  public void sessionEnded(Context context) {
    claims.sessionEnded(context.session());
  }

  @Override
  public long nextDeadline(long after) {
    return claims.nextEnd(after);
  }

  @Override
  public void timePassed(Context context) {
    claims.timePassed(context.time());
  }

  @Override
  public void leaderBegan(Context context) {
    claims.leaderBegan(context.time());
  }

  @Override
  public void applied(long slot) {
    if (!news.isEmpty()) {
      List<Consumer<ClaimListener>> told = List.copyOf(news);
      news.clear();
      told.forEach(this::tellAll);
    }
  }

  private void tellAll(Consumer<ClaimListener> event) {
    for (ClaimListener listener : listeners) {
      try {
        event.accept(listener);
      } catch (RuntimeException failed) {
        LOG.warn("a listener of claims failed", failed);
      }
    }
  }

  /** Adds a listener of claims, which stays when a snapshot replaces the state. */
  public Subscription listen(ClaimListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public byte[] query(ByteBuffer question) {
    CoordinationInput input = new CoordinationInput(question);
    byte kind = input.kind(CoordinationCodec.RESOURCE);
    if (kind == CoordinationCodec.RESOURCE) {
      ResourceKind resource = input.resourceKind();
      String name = input.name();
      int limit = input.count("the limit", 0, Integer.MAX_VALUE);
      input.end();
      return claims(resource, name, limit);
    }
    String name = input.name();
    input.end();
    if (kind == CoordinationCodec.REGISTER) {
      byte[] decided = values.get(NamedValues.Kind.REGISTER, name);
      return decided == null
          ? new byte[1]
          : ByteBuffer.allocate(1 + decided.length).put((byte) 1).put(decided).array();
    }
    return number(
        values.number(
            kind == CoordinationCodec.COUNTER ? NamedValues.Kind.COUNTER : NamedValues.Kind.LATCH,
            name));
  }

  private byte[] claims(ResourceKind kind, String name, int limit) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    List<ClaimView> all = new ArrayList<>(claims.granted(kind, name));
    try {
      out.writeInt(all.size());
      out.writeInt(claims.waiters(kind, name));
      all.addAll(claims.waiting(kind, name, limit));
      for (ClaimView claim : all) {
        out.writeLong(claim.token());
        out.writeInt(claim.permits());
        out.writeShort(claim.info().length);
        out.write(claim.info());
      }
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return bytes.toByteArray();
  }

  /** Returns the token of a claim; 0 if the claim waits, -1 if there is none. */
  public long token(long claim) {
    return claims.token(claim);
  }

  /** Returns the granted claim of a resource with the highest token; null if there is none. */
  public @Nullable ClaimView granted(ResourceKind kind, String resource) {
    List<ClaimView> granted = claims.granted(kind, resource);
    return granted.isEmpty() ? null : granted.get(granted.size() - 1);
  }

  /** Returns the count of a latch. */
  public long count(String latch) {
    return values.number(NamedValues.Kind.LATCH, latch);
  }

  @Override
  public void snapshot(DataOutput out) throws IOException {
    Frozen all = freeze();
    all.write(out);
    all.close();
  }

  /** Freezes the values in constant time; the claims are copied, some dozens of bytes each. */
  @Override
  public Frozen freeze() {
    NamedValues.Frozen frozen = values.freeze();
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try {
      claims.write(new DataOutputStream(copy));
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
    return new Frozen() {
      @Override
      public void write(DataOutput out) throws IOException {
        out.writeByte(FORMAT);
        frozen.write(out);
        out.write(copy.toByteArray());
      }

      @Override
      public void close() {} // the garbage collector frees what nothing refers to any more
    };
  }

  @Override
  public void restore(DataInput in) throws IOException {
    read(in).run();
  }

  @Override
  public Runnable prepare(InputStream in) throws IOException {
    Runnable state = read(new DataInputStream(in));
    if (in.read() >= 0) {
      throw new IOException("the snapshot of coordination has trailing bytes");
    }
    return state;
  }

  private Runnable read(DataInput in) throws IOException {
    byte format = in.readByte();
    if (format != FORMAT) {
      throw new IOException(
          "the coordination in this snapshot has format "
              + format
              + ", but this version of Synod reads "
              + FORMAT
              + ": use the version that wrote it");
    }
    NamedValues freshValues = new NamedValues();
    freshValues.read(in);
    Claims freshClaims = claims();
    freshClaims.read(in);
    return () -> {
      values = freshValues;
      claims = freshClaims;
      news.clear();
      tellAll(ClaimListener::restored);
    };
  }

  @Override
  public long hash() {
    return 31 * values.hash() + claims.hash();
  }
}
