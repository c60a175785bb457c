package dev.synod.simulation.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.function.Consumer;

/**
 * Everything that determines a run: equal plans give equal runs, bit for bit. {@link Swarm} draws a
 * plan from a seed; a shrunk plan belongs to no seed and is stored as JSON.
 *
 * @param seed of all that is drawn while it runs
 * @param members their names
 * @param quorum the quorum system, as {@link dev.synod.quorum.QuorumSpec} in JSON
 * @param alpha the window of slots
 * @param requestTimeout of a session, in milliseconds
 * @param sessions how long they live
 * @param maxBatch bytes of a value
 * @param maxPage bytes of a page of promised or learned entries
 * @param maxQueue bytes that wait at a leader
 * @param clients how many there are
 * @param keys how many registers they use
 * @param pause of a client between two requests at most, in virtual microseconds
 * @param cruelty how long the faults last, in virtual microseconds
 * @param faults how cruel it is
 * @param snapshots when they are taken
 * @param parts roles of the members
 * @param turns how long a turn of a member is, and what callers do in it
 * @param skipped faults that do not happen: pairs of their first and last number, counted from 1
 */
public record Plan(
    long seed,
    List<String> members,
    String quorum,
    long alpha,
    long requestTimeout,
    Sessions sessions,
    int maxBatch,
    int maxPage,
    long maxQueue,
    int clients,
    int keys,
    long pause,
    long cruelty,
    Faults faults,
    Snapshots snapshots,
    Parts parts,
    Turns turns,
    List<List<Long>> skipped) {
  /**
   * What sessions go by; as {@code Settings.Sessions}.
   *
   * @param timeout in milliseconds of the log's time
   * @param maxReads that wait at a member
   * @param lease of a leader in milliseconds, 0 for none. Then the clocks' rates are within what
   *     {@code drift} allows
   * @param drift by how many milliseconds clocks may part within a lease
   */
  public record Sessions(long timeout, int maxReads, long lease, long drift) {}

  /**
   * When snapshots are taken, and how they travel; as {@code Settings.Compaction}.
   *
   * @param after {@link Long#MAX_VALUE}: none are taken
   * @param lent more than the clients write during the fetch of a snapshot, or so little that the
   *     log behind the snapshot may be compacted meanwhile
   * @param slow how much longer it takes at most to write one, in virtual microseconds
   */
  public record Snapshots(
      long after, long retained, long lent, int chunk, int window, long marker, long slow) {
    /** What is behind a snapshot that is being fetched stays. */
    static final long ENOUGH = 1L << 20;

    /** None. */
    public static final Snapshots NONE = new Snapshots(Long.MAX_VALUE, 0, ENOUGH, 1, 1, 10, 0);

    /**
     * The same, and no more is lent than this. Chunks are not tiny then: a fetch of hundreds of
     * round trips, while clients write all the time, ends long after the run.
     */
    Snapshots lending(long bytes) {
      return new Snapshots(after, retained, bytes, Math.max(chunk, 200), window, marker, slow);
    }

    /** The same, and one is taken after so many bytes of the log; chunks are not tiny then. */
    Snapshots after(long bytes) {
      return new Snapshots(bytes, retained, lent, Math.max(chunk, 200), window, marker, slow);
    }

    /** The same, and to write one takes up to so much longer. */
    Snapshots slow(long micros) {
      return new Snapshots(after, retained, lent, chunk, window, marker, micros);
    }
  }

  /**
   * Roles of the members.
   *
   * @param outsiders so many clients are no members, and follow one
   * @param thrifty whether leaders send an Accept to a quorum first
   * @param others members that do not accept
   * @param mute members that do not propose
   * @param witnesses members that host no state machine
   * @param mixed whether members that come later have such roles as well
   */
  public record Parts(
      int outsiders,
      boolean thrifty,
      List<String> others,
      List<String> mute,
      List<String> witnesses,
      boolean mixed) {
    /** All are members, and do everything. */
    public static final Parts ALL =
        new Parts(0, false, List.of(), List.of(), List.of(), /* mixed= */ false);

    public Parts {
      others = List.copyOf(others);
      mute = List.copyOf(mute);
      witnesses = List.copyOf(witnesses);
    }

    /** All members do everything, as they must if they are other ones. */
    Parts allRoles() {
      return new Parts(outsiders, thrifty, List.of(), List.of(), List.of(), /* mixed= */ false);
    }
  }

  /**
   * What comes together at a member.
   *
   * @param length how long messages, ticks and requests gather at most before the turn ends, in
   *     virtual microseconds; 0: each of them ends a turn
   * @param callers chance that a client makes its next request in the callback of the last one
   */
  public record Turns(long length, double callers) {
    /** Each message ends a turn, and clients wait between two requests. */
    public static final Turns NONE = new Turns(0, 0);
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  public Plan {
    members = List.copyOf(members);
    skipped = List.copyOf(skipped);
  }

  /** The frail among them are fewer then, if the others would not be enough. */
  public Plan withMembers(List<String> members, String quorum) {
    return but(
        draft -> {
          draft.members = members;
          draft.quorum = quorum;
          draft.faults = faults.withFrail(Swarm.frail(faults.store().frail(), members, quorum));
          draft.parts = parts.allRoles();
        });
  }

  public Plan withFaults(Faults faults) {
    return but(draft -> draft.faults = faults);
  }

  /** The same, but for what the edit makes of it. */
  public Plan but(Consumer<Draft> edit) {
    Draft draft = new Draft(this);
    edit.accept(draft);
    return draft.made();
  }

  /** All of it, to be changed. */
  public static final class Draft {
    public long seed;
    List<String> members;
    String quorum;
    long alpha;
    long requestTimeout;
    Sessions sessions;
    int maxBatch;
    int maxPage;
    long maxQueue;
    public int clients;
    int keys;
    long pause;
    public long cruelty;
    Faults faults;
    Snapshots snapshots;
    public Parts parts;
    Turns turns;
    public List<List<Long>> skipped;

    private Draft(Plan from) {
      seed = from.seed;
      members = from.members;
      quorum = from.quorum;
      alpha = from.alpha;
      requestTimeout = from.requestTimeout;
      sessions = from.sessions;
      maxBatch = from.maxBatch;
      maxPage = from.maxPage;
      maxQueue = from.maxQueue;
      clients = from.clients;
      keys = from.keys;
      pause = from.pause;
      cruelty = from.cruelty;
      faults = from.faults;
      snapshots = from.snapshots;
      parts = from.parts;
      turns = from.turns;
      skipped = from.skipped;
    }

    private Plan made() {
      return new Plan(
          seed,
          members,
          quorum,
          alpha,
          requestTimeout,
          sessions,
          maxBatch,
          maxPage,
          maxQueue,
          clients,
          keys,
          pause,
          cruelty,
          faults,
          snapshots,
          parts,
          turns,
          skipped);
    }
  }

  /** Returns the plan as JSON. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * A plan that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException that says where it is none
   */
  public static Plan fromJson(String json) {
    try {
      return JSON.readValue(json, Plan.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not a plan of a run: " + e.getOriginalMessage(), e);
    }
  }
}
