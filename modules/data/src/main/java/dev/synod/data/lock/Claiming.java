package dev.synod.data.lock;

import dev.synod.core.ReadLevel;
import dev.synod.data.claim.Claims;
import dev.synod.data.claim.ResourceKind;
import dev.synod.data.coordination.ClaimClient;
import dev.synod.data.coordination.CoordinationCodec;
import dev.synod.data.coordination.CoordinationMachine;
import dev.synod.data.coordination.Name;
import dev.synod.vertx.Synod;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A resource behind one member: makes claims on it, and reads who holds it. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Claiming(
    Synod synod, ResourceKind kind, String name, byte[] utf8, int capacity, long lease) {
  /** Length of a lease unless another one is set, in milliseconds. */
  static final long DEFAULT_LEASE = 5_000;

  /** Shortest lease, in milliseconds: a renewal takes some round trips. */
  static final long MIN_LEASE = 100;

  /** The state of a resource as of one slot. */
  record State(List<Claimant> holders, List<Claimant> waiters, int waiting) {}

  static Claiming of(Synod synod, ResourceKind kind, String name, int capacity) {
    byte[] utf8 = Name.utf8(kind.toString(), name);
    return new Claiming(synod, kind, name, utf8, capacity, DEFAULT_LEASE);
  }

  Claiming withLease(long millis) {
    if (millis < MIN_LEASE || millis > Claims.MAX_TIME) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the lease of %s '%s' is %d ms, but must be %d to %d",
              kind,
              name,
              millis,
              MIN_LEASE,
              Claims.MAX_TIME));
    }
    return new Claiming(synod, kind, name, utf8, capacity, millis);
  }

  /** Claims permits without a bound of the wait. */
  Future<Grant> claim(int permits, String value) {
    return claim(permits, Claims.MAX_TIME, value);
  }

  /** Claims permits, and waits so many milliseconds at most. */
  Future<Grant> claim(int permits, long wait, String value) {
    if (wait < 0) {
      return refused("the time-out", wait, 0);
    }
    if (permits < 1 || permits > capacity) {
      return refused("the number of permits", permits, 1);
    }
    byte[] info = (member() + '\0' + value).getBytes(StandardCharsets.UTF_8);
    if (info.length > Claims.MAX_INFO_BYTES) {
      return Future.failedFuture(
          new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "the value of a candidate and the member's name have %d bytes together, but at most %d are allowed",
                  info.length - 1,
                  Claims.MAX_INFO_BYTES - 1)));
    }
    ClaimClient.Wish wish =
        new ClaimClient.Wish(
            kind, name, utf8, capacity, permits, Math.min(wait, Claims.MAX_TIME), lease, info);
    return GrantImpl.make(ClaimClient.of(synod), kind + " '" + name + "'", wish);
  }

  private <T> Future<T> refused(String what, long actual, long least) {
    return Future.failedFuture(
        new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s for %s '%s' is %d, but must be at least %d%s",
                what,
                kind,
                name,
                actual,
                least,
                least == 0 ? "" : " and at most " + capacity)));
  }

  private String member() {
    return String.valueOf(synod.member());
  }

  Future<State> state(int waiters, ReadLevel level) {
    return synod.query(
        CoordinationMachine.NAME,
        CoordinationCodec.resource(kind.code(), utf8, waiters),
        level,
        (slot, answer) -> {
          ByteBuffer bytes = ByteBuffer.wrap(answer);
          int granted = bytes.getInt();
          int waiting = bytes.getInt();
          List<Claimant> all = new ArrayList<>();
          while (bytes.hasRemaining()) {
            all.add(claimant(bytes));
          }
          return new State(
              List.copyOf(all.subList(0, granted)),
              List.copyOf(all.subList(granted, all.size())),
              waiting);
        });
  }

  private static Claimant claimant(ByteBuffer bytes) {
    long token = bytes.getLong();
    int permits = bytes.getInt();
    byte[] info = new byte[Short.toUnsignedInt(bytes.getShort())];
    bytes.get(info);
    return claimant(token, permits, info);
  }

  static Claimant claimant(long token, int permits, byte[] info) {
    String text = new String(info, StandardCharsets.UTF_8);
    int end = text.indexOf('\0');
    return new Claimant(text.substring(0, end), text.substring(end + 1), token, permits);
  }

  /** Runs an action, and releases the grant when the action has ended, whatever its outcome is. */
  static <T> Future<T> releasing(Grant grant, Function<Grant, Future<T>> action) {
    Future<T> done;
    try {
      done = action.apply(grant);
    } catch (RuntimeException failed) {
      done = Future.failedFuture(failed);
    }
    return done.eventually(grant::release);
  }
}
