package dev.synod.data.claim;

import dev.synod.core.CommandRejected;
import dev.synod.data.map.state.EntryHash;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All claims of a group: who holds which resource, and who waits for it.
 *
 * <p>Claims on a resource are granted in the order of their arrival; a claim that does not fit
 * holds up the claims behind it. Each grant has a fencing token that is higher than all before it
 * (Kleppmann, "How to do distributed locking", 2016). A claim ends when it is released, when the
 * lease of its holder ends (Gray and Cheriton, "Leases", 1989), or when its session ends.
 *
 * <p>Threading: as the state machine that owns it.
 */
public final class Claims {
  /** Number of claims that end by time in one slot, at most; others follow in later slots. */
  static final int ENDS = 256;

  /** Maximum length of the description of a claimant, in bytes. */
  public static final int MAX_INFO_BYTES = 1024;

  /** Longest lease and longest wait, in milliseconds: about 100 years. */
  public static final long MAX_TIME = 100L * 366 * 24 * 60 * 60 * 1_000;

  private record Name(ResourceKind kind, String name) {}

  private record HolderKey(long session, long lease) {}

  /** The end of a lease, or of a wait: then {@code order} is not 0. */
  private record End(long time, long session, long lease, long order) {}

  private static final Comparator<Name> BY_NAME =
      Comparator.comparing(Name::kind).thenComparing(Name::name);
  private static final Comparator<HolderKey> BY_KEY =
      Comparator.comparingLong(HolderKey::session).thenComparingLong(HolderKey::lease);

  private final TreeMap<Name, Resource> resources = new TreeMap<>(BY_NAME);
  private final TreeMap<HolderKey, Holder> holders = new TreeMap<>(BY_KEY);
  private final TreeMap<Long, Claim> byOrder = new TreeMap<>();
  private final TreeMap<Long, Claim> byId = new TreeMap<>();
  private final TreeSet<End> ends =
      new TreeSet<>(
          Comparator.comparingLong(End::time)
              .thenComparingLong(End::session)
              .thenComparingLong(End::lease)
              .thenComparingLong(End::order));

  private final ClaimEvents events;

  /** Highest number given as an order or a token. */
  private long last;

  /** Sum of the hashes of all claims and leases. */
  private long sum;

  /** Creates a state without claims. */
  public Claims(ClaimEvents events) {
    this.events = events;
  }

  // ---- commands -------------------------------------------------------------------------------

  /**
   * A request for permits.
   *
   * @param id number that the claimant has drawn
   * @param capacity number of permits of the resource, equal in all its claims
   * @param maxWait longest wait from the slot of the request, in milliseconds of the log's time; 0
   *     refuses a request that is not granted at once, {@link #MAX_TIME} waits without a bound
   * @param lease length of the holder's lease in milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Request(
      ResourceKind kind,
      String name,
      long id,
      int capacity,
      int permits,
      long maxWait,
      long lease,
      byte[] info) {}

  /** What became of a request. */
  public enum Answer {
    REFUSED(0),
    WAITING(1),
    GRANTED(2);

    private final byte code;

    Answer(int code) {
      this.code = (byte) code;
    }

    /** Returns the code of the answer in results. */
    public byte code() {
      return code;
    }
  }

  /**
   * Handles a request.
   *
   * @throws CommandRejected if the resource has another capacity, or if the number is in use
   */
  public Answer acquire(long session, long time, Request request) {
    if (byId.containsKey(request.id())) {
      throw new CommandRejected("the claim " + request.id() + " exists already");
    }
    Name name = new Name(request.kind(), request.name());
    Resource resource = resources.get(name);
    if (resource != null && resource.capacity != request.capacity()) {
      throw new CommandRejected(
          String.format(
              Locale.ROOT,
              "the %s '%s' has %d permits, but the request says %d",
              resource.kind,
              resource.name,
              resource.capacity,
              request.capacity()));
    }
    // The state changes after the last reason for a rejection.
    endRest(session, request.lease(), time);
    resource = resources.get(name);
    if (resource == null) {
      resource = new Resource(request.kind(), request.name(), request.capacity());
    }
    boolean fits = resource.admits(request.permits());
    if (!fits && request.maxWait() == 0) {
      return Answer.REFUSED;
    }
    Holder holder = holder(session, request.lease(), time);
    resources.put(name, resource);
    long until = request.maxWait() >= MAX_TIME ? Long.MAX_VALUE : time + request.maxWait();
    Claim claim =
        new Claim(
            ++last,
            request.id(),
            resource,
            holder,
            request.permits(),
            until,
            request.info(),
            /* token= */ 0);
    add(claim);
    if (fits) {
      grant(claim);
      return Answer.GRANTED;
    }
    return Answer.WAITING;
  }

  /** Ends the rest of the claims of a holder whose lease has ended. */
  private void endRest(long session, long lease, long time) {
    Holder holder = holders.get(new HolderKey(session, lease));
    if (holder != null && holder.end <= time) {
      for (Claim claim : List.copyOf(holder.claims.values())) {
        end(claim);
      }
    }
  }

  /** Returns the holder of this session and lease, whose lease starts anew. */
  private Holder holder(long session, long lease, long time) {
    HolderKey key = new HolderKey(session, lease);
    Holder holder = holders.get(key);
    if (holder == null) {
      holder = new Holder(session, lease, time + lease);
      holders.put(key, holder);
      add(holder);
    } else {
      renew(holder, time + lease);
    }
    return holder;
  }

  /** Returns the token of a claim; 0 if the claim waits, -1 if there is none. */
  public long token(long id) {
    Claim claim = byId.get(id);
    return claim == null ? -1 : claim.token();
  }

  /**
   * Ends a claim, granted or not, at the request of its claimant.
   *
   * @return false if that session has no such claim
   */
  public boolean release(long session, long id) {
    Claim claim = byId.get(id);
    if (claim == null || claim.holder().session != session) {
      return false;
    }
    remove(claim);
    return true;
  }

  /**
   * Renews the lease of the claims of that session and that lease.
   *
   * @return whether there are such claims, whose lease has not ended
   */
  public boolean renew(long session, long lease, long time) {
    Holder holder = holders.get(new HolderKey(session, lease));
    if (holder == null || holder.end <= time) {
      return false;
    }
    renew(holder, time + lease);
    return true;
  }

  // ---- time -----------------------------------------------------------------------------------

  /** Returns the first end of a lease or a wait after this time. */
  public long nextEnd(long after) {
    if (ends.isEmpty() || after == Long.MAX_VALUE) {
      return Long.MAX_VALUE;
    }
    End first = ends.first();
    if (first.time() > after) {
      return first.time();
    }
    End next = ends.ceiling(new End(after + 1, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE));
    return next == null ? Long.MAX_VALUE : next.time();
  }

  /** Ends what has ended by this time; a rest is left if it is much. */
  public void timePassed(long time) {
    int left = ENDS;
    while (left > 0 && !ends.isEmpty() && ends.first().time() <= time) {
      End first = ends.first();
      if (first.order() != 0) {
        end(known(first.order()));
        left--;
        continue;
      }
      Holder holder = holders.get(new HolderKey(first.session(), first.lease()));
      if (holder == null) {
        throw new IllegalStateException("there is no holder of " + first);
      }
      while (left > 0 && !holder.claims.isEmpty()) {
        end(holder.claims.firstEntry().getValue());
        left--;
      }
    }
  }

  /** Restarts the leases under the clock of a new leader. */
  public void leaderBegan(long time) {
    for (Holder holder : holders.values()) {
      if (holder.end != Holder.ENDED) {
        renew(holder, Math.max(holder.end, time + holder.lease));
      }
    }
  }

  /** Ends the claims of a session; a rest of them ends with the next slots if they are many. */
  public void sessionEnded(long session) {
    Map<HolderKey, Holder> ended =
        holders.subMap(new HolderKey(session, 0), new HolderKey(session, Long.MAX_VALUE));
    for (Holder holder : List.copyOf(ended.values())) {
      renew(holder, Holder.ENDED);
    }
    timePassed(Holder.ENDED);
  }

  private void end(Claim claim) {
    remove(claim);
    events.ended(claim.id());
  }

  // ---- state ----------------------------------------------------------------------------------

  private void grant(Claim waiting) {
    remember(waiting, -1);
    Claim claim = waiting.granted(++last);
    waiting.resource().waiting.remove(waiting.order());
    waiting.resource().granted.put(claim.token(), claim);
    waiting.resource().used += claim.permits();
    remember(claim, 1);
    events.changed(claim.resource().kind, claim.resource().name);
  }

  private void add(Claim claim) {
    claim.resource().waiting.put(claim.order(), claim);
    remember(claim, 1);
  }

  private void remove(Claim claim) {
    Resource resource = claim.resource();
    remember(claim, -1);
    if (claim.isGranted()) {
      resource.granted.remove(claim.token());
      resource.used -= claim.permits();
      events.changed(resource.kind, resource.name);
    } else {
      resource.waiting.remove(claim.order());
    }
    for (Claim next = resource.next(); next != null; next = resource.next()) {
      grant(next);
      Claim granted = known(next.order());
      events.granted(granted.id(), granted.token());
    }
    if (resource.isEmpty()) {
      resources.remove(new Name(resource.kind, resource.name));
    }
    Holder holder = claim.holder();
    if (holder.claims.isEmpty()) {
      forget(holder);
      holders.remove(new HolderKey(holder.session, holder.lease));
    }
  }

  private Claim known(long order) {
    Claim claim = byOrder.get(order);
    if (claim == null) {
      throw new IllegalStateException("there is no claim of order " + order);
    }
    return claim;
  }

  /** Enters a claim into the indices and the hash, or removes it with the sign -1. */
  private void remember(Claim claim, int sign) {
    End wait = new End(claim.until(), claim.holder().session, claim.holder().lease, claim.order());
    if (sign > 0) {
      byOrder.put(claim.order(), claim);
      byId.put(claim.id(), claim);
      claim.holder().claims.put(claim.order(), claim);
      if (claim.until() != Long.MAX_VALUE) {
        ends.add(wait);
      }
    } else {
      byOrder.remove(claim.order());
      byId.remove(claim.id());
      claim.holder().claims.remove(claim.order());
      ends.remove(wait);
    }
    long hash = EntryHash.mix(claim.order() ^ EntryHash.mix(claim.id() ^ claim.until()));
    hash = EntryHash.mix(hash ^ claim.resource().name.hashCode() ^ (long) claim.permits() << 32);
    sum += sign * EntryHash.mix(hash ^ claim.token());
  }

  private void add(Holder holder) {
    ends.add(new End(holder.end, holder.session, holder.lease, 0));
    sum += hash(holder);
  }

  private void forget(Holder holder) {
    ends.remove(new End(holder.end, holder.session, holder.lease, 0));
    sum -= hash(holder);
  }

  private void renew(Holder holder, long end) {
    forget(holder);
    holder.end = end;
    add(holder);
  }

  private static long hash(Holder holder) {
    return EntryHash.mix(holder.session ^ EntryHash.mix(holder.lease ^ EntryHash.mix(holder.end)));
  }

  /** Returns the hash of the state. */
  public long hash() {
    return EntryHash.mix(sum + last);
  }

  // ---- reading --------------------------------------------------------------------------------

  /** Returns the granted claims of a resource by rising token. */
  public List<ClaimView> granted(ResourceKind kind, String name) {
    Resource resource = resources.get(new Name(kind, name));
    return resource == null ? List.of() : views(resource.granted.values(), Integer.MAX_VALUE);
  }

  /** Returns the waiting claims of a resource in their order, at most so many. */
  public List<ClaimView> waiting(ResourceKind kind, String name, int limit) {
    Resource resource = resources.get(new Name(kind, name));
    return resource == null ? List.of() : views(resource.waiting.values(), limit);
  }

  /** Returns the number of waiting claims of a resource. */
  public int waiters(ResourceKind kind, String name) {
    Resource resource = resources.get(new Name(kind, name));
    return resource == null ? 0 : resource.waiting.size();
  }

  private static List<ClaimView> views(Iterable<Claim> claims, int limit) {
    List<ClaimView> views = new ArrayList<>();
    for (Claim claim : claims) {
      if (views.size() >= limit) {
        break;
      }
      views.add(new ClaimView(claim.token(), claim.permits(), claim.info().clone()));
    }
    return views;
  }

  /** Returns the number of claims. */
  public int size() {
    return byOrder.size();
  }

  // ---- snapshot -------------------------------------------------------------------------------

  /** Writes the state: leases, then claims in their order. */
  public void write(DataOutput out) throws IOException {
    out.writeLong(last);
    out.writeInt(holders.size());
    for (Holder holder : holders.values()) {
      out.writeLong(holder.session);
      out.writeLong(holder.lease);
      out.writeLong(holder.end);
    }
    out.writeInt(byOrder.size());
    for (Claim claim : byOrder.values()) {
      out.writeLong(claim.order());
      out.writeLong(claim.id());
      out.writeByte(claim.resource().kind.code());
      bytes(out, claim.resource().name.getBytes(StandardCharsets.UTF_8));
      out.writeInt(claim.resource().capacity);
      out.writeLong(claim.holder().session);
      out.writeLong(claim.holder().lease);
      out.writeInt(claim.permits());
      out.writeLong(claim.until());
      bytes(out, claim.info());
      out.writeLong(claim.token());
    }
  }

  private static void bytes(DataOutput out, byte[] bytes) throws IOException {
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  /**
   * Reads a state into this one, which has no claims.
   *
   * @throws IOException if the bytes are no state
   */
  public void read(DataInput in) throws IOException {
    last = in.readLong();
    for (int left = in.readInt(); left > 0; left--) {
      Holder holder = new Holder(in.readLong(), in.readLong(), in.readLong());
      check(holders.put(new HolderKey(holder.session, holder.lease), holder) == null);
      add(holder);
    }
    long before = 0;
    for (int left = in.readInt(); left > 0; left--) {
      Claim claim = claim(in);
      check(claim.order() > before && claim.order() <= last && claim.token() <= last);
      check(!byId.containsKey(claim.id()) && claim.permits() > 0);
      before = claim.order();
      Resource resource = claim.resource();
      remember(claim, 1);
      if (claim.isGranted()) {
        check(claim.permits() <= resource.capacity - resource.used);
        check(resource.granted.put(claim.token(), claim) == null);
        resource.used += claim.permits();
      } else {
        resource.waiting.put(claim.order(), claim);
      }
    }
    for (Holder holder : holders.values()) {
      check(!holder.claims.isEmpty());
    }
  }

  private Claim claim(DataInput in) throws IOException {
    long order = in.readLong();
    long id = in.readLong();
    ResourceKind kind = ResourceKind.of(in.readByte());
    String name = new String(bytes(in), StandardCharsets.UTF_8);
    int capacity = in.readInt();
    Holder holder = holders.get(new HolderKey(in.readLong(), in.readLong()));
    int permits = in.readInt();
    long until = in.readLong();
    byte[] info = bytes(in);
    long token = in.readLong();
    if (kind == null || holder == null) {
      throw damaged();
    }
    Resource resource =
        resources.computeIfAbsent(
            new Name(kind, name), absent -> new Resource(kind, name, capacity));
    check(resource.capacity == capacity);
    return new Claim(order, id, resource, holder, permits, until, info, token);
  }

  private static byte[] bytes(DataInput in) throws IOException {
    byte[] bytes = new byte[in.readUnsignedShort()];
    in.readFully(bytes);
    return bytes;
  }

  private static void check(boolean sound) throws IOException {
    if (!sound) {
      throw damaged();
    }
  }

  private static IOException damaged() {
    return new IOException("the claims in this snapshot are damaged");
  }
}
