package dev.synod.vertx;

import dev.synod.core.Role;
import dev.synod.quorum.QuorumSpec;
import dev.synod.storage.config.Durability;
import dev.synod.storage.config.StoreOptions;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.OptionsFile;
import dev.synod.vertx.config.Roles;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Options of a member of a group. Their JSON form has one field for each property: {@code
 * {"member": "n1", "members": ["n1", "n2", "n3"]}}. Not thread-safe.
 *
 * <p>The properties {@code members}, {@code roles}, {@code quorum}, {@code window} and {@code
 * foundWithout} describe a new group: each of its members must start with the same values, and the
 * group is founded once all members run. After the first start the data directory holds the group's
 * configuration, and only {@link Synod#change} changes it. All times are in milliseconds, all sizes
 * in bytes. The getter of a property documents the property; its setter returns these options.
 */
public final class SynodOptions {
  /** Default of {@link #getGroup}: {@value}. */
  public static final String DEFAULT_GROUP = "default";

  /** Default of {@link #getDataDirectory}: {@value}. */
  public static final String DEFAULT_DATA_DIRECTORY = "synod-data";

  /** Default of {@link #getWindow}: {@value} slots. */
  public static final int DEFAULT_WINDOW = 64;

  /**
   * Default of {@link #getMaxBatchBytes}: 16 KiB. Most frames of this size arrive within one socket
   * read of 64 KiB. A frame that spans two reads is copied several times more by the connection.
   */
  public static final int DEFAULT_MAX_BATCH_BYTES = 16 << 10;

  /** Default of {@link #getMaxQueuedBytes}: 64 MiB. */
  public static final long DEFAULT_MAX_QUEUED_BYTES = 64L << 20;

  /** Default of {@link #getMaxCommandBytes}: 16 MiB. */
  public static final int DEFAULT_MAX_COMMAND_BYTES = 16 << 20;

  /** Default of {@link #getMaxKeyBytes}: 1 KiB. */
  public static final int DEFAULT_MAX_KEY_BYTES = 1 << 10;

  /** Default of {@link #getMaxValueBytes}: 1 MiB. */
  public static final int DEFAULT_MAX_VALUE_BYTES = 1 << 20;

  /** Default of {@link #getSnapshotLogBytes}: 64 MiB. */
  public static final long DEFAULT_SNAPSHOT_LOG_BYTES = 64L << 20;

  /** Default of {@link #getRetainedLogBytes}: 16 MiB. */
  public static final long DEFAULT_RETAINED_LOG_BYTES = 16L << 20;

  /** Default of {@link #getMaxClients}: {@value}; the member accepts no clients. */
  public static final int DEFAULT_MAX_CLIENTS = 0;

  /** Default of {@link #getHeartbeatInterval}: {@value} ms. */
  public static final long DEFAULT_HEARTBEAT_INTERVAL = 50;

  /** Default of {@link #getElectionTimeout}: {@value} ms. */
  public static final long DEFAULT_ELECTION_TIMEOUT = 500;

  /** Default of {@link #getRequestTimeout}: {@value} ms. */
  public static final long DEFAULT_REQUEST_TIMEOUT = 10_000;

  /** Default of {@link #getSessionTimeout}: {@value} ms. */
  public static final long DEFAULT_SESSION_TIMEOUT = 15_000;

  /** Default of {@link #getMaxReads}: {@value} reads. */
  public static final int DEFAULT_MAX_READS = 100_000;

  /** Default of {@link #getLease}: {@value} ms; no leases. */
  public static final long DEFAULT_LEASE = 0;

  /** Default of {@link #getLeaseDrift}: {@value} ms. */
  public static final long DEFAULT_LEASE_DRIFT = 20;

  private String group = DEFAULT_GROUP;
  private @Nullable String member;
  private List<String> members = List.of();
  private Map<String, Set<Role>> roles = Map.of();
  private List<String> foundWithout = List.of();
  private boolean join;
  private @Nullable JsonObject quorum;
  private boolean allowSingleCopy;
  private String dataDirectory = DEFAULT_DATA_DIRECTORY;
  private Durability durability = Durability.FSYNC;
  private boolean strictRecovery;
  private long segmentBytes = StoreOptions.DEFAULT_SEGMENT_BYTES;
  private long snapshotLogBytes = DEFAULT_SNAPSHOT_LOG_BYTES;
  private long retainedLogBytes = DEFAULT_RETAINED_LOG_BYTES;
  private int window = DEFAULT_WINDOW;
  private int maxBatchBytes = DEFAULT_MAX_BATCH_BYTES;
  private long maxQueuedBytes = DEFAULT_MAX_QUEUED_BYTES;
  private int maxCommandBytes = DEFAULT_MAX_COMMAND_BYTES;
  private int maxKeyBytes = DEFAULT_MAX_KEY_BYTES;
  private int maxValueBytes = DEFAULT_MAX_VALUE_BYTES;
  private boolean thrifty;
  private int maxClients = DEFAULT_MAX_CLIENTS;
  private long heartbeatInterval = DEFAULT_HEARTBEAT_INTERVAL;
  private long electionTimeout = DEFAULT_ELECTION_TIMEOUT;
  private long requestTimeout = DEFAULT_REQUEST_TIMEOUT;
  private long sessionTimeout = DEFAULT_SESSION_TIMEOUT;
  private int maxReads = DEFAULT_MAX_READS;
  private long lease = DEFAULT_LEASE;
  private long leaseDrift = DEFAULT_LEASE_DRIFT;

  /** Creates options with default values; {@code member} and {@code members} have no default. */
  public SynodOptions() {}

  /** Creates a copy of other options. */
  public SynodOptions(SynodOptions other) {
    this(other.toJson());
  }

  /**
   * Creates options from JSON; a missing field takes its default. {@link #validate} checks the
   * values of the fields.
   *
   * @throws ConfigurationException if a field is unknown or of another type
   */
  public SynodOptions(JsonObject json) {
    Fields fields = new Fields(json);
    group = Objects.requireNonNull(fields.text("group", group));
    member = fields.text("member", member);
    members = List.copyOf(fields.names("members", members));
    roles = Objects.requireNonNullElse(fields.part("roles", Roles::read), roles);
    foundWithout = List.copyOf(fields.names("foundWithout", foundWithout));
    join = fields.flag("join", join);
    quorum = fields.object("quorum");
    allowSingleCopy = fields.flag("allowSingleCopy", allowSingleCopy);
    dataDirectory = Objects.requireNonNull(fields.text("dataDirectory", dataDirectory));
    durability = fields.constant("durability", Durability.class, durability);
    strictRecovery = fields.flag("strictRecovery", strictRecovery);
    segmentBytes = fields.number("segmentBytes", segmentBytes);
    snapshotLogBytes = fields.number("snapshotLogBytes", snapshotLogBytes);
    retainedLogBytes = fields.number("retainedLogBytes", retainedLogBytes);
    window = fields.integer("window", window);
    maxBatchBytes = fields.integer("maxBatchBytes", maxBatchBytes);
    maxQueuedBytes = fields.number("maxQueuedBytes", maxQueuedBytes);
    maxCommandBytes = fields.integer("maxCommandBytes", maxCommandBytes);
    maxKeyBytes = fields.integer("maxKeyBytes", maxKeyBytes);
    maxValueBytes = fields.integer("maxValueBytes", maxValueBytes);
    thrifty = fields.flag("thrifty", thrifty);
    maxClients = fields.integer("maxClients", maxClients);
    heartbeatInterval = fields.number("heartbeatInterval", heartbeatInterval);
    electionTimeout = fields.number("electionTimeout", electionTimeout);
    requestTimeout = fields.number("requestTimeout", requestTimeout);
    sessionTimeout = fields.number("sessionTimeout", sessionTimeout);
    maxReads = fields.integer("maxReads", maxReads);
    lease = fields.number("lease", lease);
    leaseDrift = fields.number("leaseDrift", leaseDrift);
    fields.end();
  }

  /**
   * Reads options from a JSON file and validates them. Blocks the calling thread.
   *
   * @throws ConfigurationException if the file cannot be read, is not JSON or holds invalid
   *     options; the file name precedes each problem
   */
  public static SynodOptions read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return new SynodOptions(json).validate();
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  /** Returns all options as JSON, including those with default values. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("group", group);
    if (member != null) {
      json.put("member", member);
    }
    json.put("members", members)
        .put("roles", Roles.write(roles))
        .put("foundWithout", foundWithout)
        .put("join", join);
    if (quorum != null) {
      json.put("quorum", quorum.copy());
    }
    return json.put("allowSingleCopy", allowSingleCopy)
        .put("dataDirectory", dataDirectory)
        .put("durability", durability.name())
        .put("strictRecovery", strictRecovery)
        .put("segmentBytes", segmentBytes)
        .put("snapshotLogBytes", snapshotLogBytes)
        .put("retainedLogBytes", retainedLogBytes)
        .put("window", window)
        .put("maxBatchBytes", maxBatchBytes)
        .put("maxQueuedBytes", maxQueuedBytes)
        .put("maxCommandBytes", maxCommandBytes)
        .put("maxKeyBytes", maxKeyBytes)
        .put("maxValueBytes", maxValueBytes)
        .put("thrifty", thrifty)
        .put("maxClients", maxClients)
        .put("heartbeatInterval", heartbeatInterval)
        .put("electionTimeout", electionTimeout)
        .put("requestTimeout", requestTimeout)
        .put("sessionTimeout", sessionTimeout)
        .put("maxReads", maxReads)
        .put("lease", lease)
        .put("leaseDrift", leaseDrift);
  }

  /**
   * Checks all of it, and that the phases' quorums meet.
   *
   * @return this
   * @throws ConfigurationException with every problem there is
   */
  public SynodOptions validate() {
    List<String> problems = OptionsCheck.problems(this);
    if (!problems.isEmpty()) {
      throw new ConfigurationException(problems);
    }
    return this;
  }

  /** The group's name, {@value #DEFAULT_GROUP} if not set. */
  public String getGroup() {
    return group;
  }

  public SynodOptions setGroup(String group) {
    this.group = Objects.requireNonNull(group);
    return this;
  }

  /** This member's name; null until set. */
  public @Nullable String getMember() {
    return member;
  }

  public SynodOptions setMember(String member) {
    this.member = Objects.requireNonNull(member);
    return this;
  }

  /**
   * Members of a new group, including this member. A joining member gives the members that it asks
   * first.
   */
  public List<String> getMembers() {
    return members;
  }

  public SynodOptions setMembers(List<String> members) {
    this.members = List.copyOf(members);
    return this;
  }

  /** Roles of those members that do not have all three; see {@link #setRoles}. */
  public Map<String, Set<Role>> getRoles() {
    return roles;
  }

  /** Returns the roles of a member: all three, unless {@link #setRoles} says otherwise. */
  public Set<Role> rolesOf(String member) {
    return roles.getOrDefault(member, Roles.ALL);
  }

  /**
   * Sets the roles of those members that do not have all three. An {@link Role#ACCEPTOR} votes, a
   * {@link Role#PROPOSER} may lead, and a {@link Role#LEARNER} holds the state machines and answers
   * callers; every member stores the log. A joining member gives only its own roles; the change
   * that adds it ({@link Synod#change}) must agree on whether it is a learner.
   */
  public SynodOptions setRoles(Map<String, Set<Role>> roles) {
    this.roles = Roles.copy(roles);
    return this;
  }

  /**
   * Members of a new group whose word its founding does not need; empty by default. A group is
   * founded once all of {@code members} run and say that they have no data, so that members with
   * emptied directories cannot begin a second group under the name of the first one. This option
   * founds a group while these members are down. The others must hold a quorum of both phases, and
   * must all be started with the same value.
   *
   * <p>The risk: if one of these members has data of an earlier group of that name, that data,
   * acknowledged writes included, has no part in the new group. The two groups refuse each other
   * from then on. A member that is named here and has no data becomes a member of the new group as
   * soon as it runs.
   */
  public List<String> getFoundWithout() {
    return foundWithout;
  }

  public SynodOptions setFoundWithout(List<String> foundWithout) {
    this.foundWithout = List.copyOf(foundWithout);
    return this;
  }

  /**
   * Whether this member joins an existing group; default false. A joining member asks {@code
   * members} for the group's configuration, ignores {@code quorum} and {@code window}, and takes
   * part once {@link Synod#change} has added it. The option has no effect when the data directory
   * already holds the group.
   */
  public boolean isJoin() {
    return join;
  }

  public SynodOptions setJoin(boolean join) {
    this.join = join;
    return this;
  }

  /**
   * Quorum rule in the JSON form of {@link QuorumSpec}; null, the default, means a majority in both
   * phases.
   */
  public @Nullable JsonObject getQuorum() {
    return quorum;
  }

  public SynodOptions setQuorum(@Nullable JsonObject quorum) {
    this.quorum = quorum;
    return this;
  }

  /** Sets the quorum rule. */
  public SynodOptions setQuorum(QuorumSpec quorum) {
    return setQuorum(new JsonObject(quorum.toJson().toString()));
  }

  /**
   * Whether a phase-2 quorum of a group with several members may be a single acceptor; default
   * false. A chosen value is then stored on that acceptor's disk only.
   */
  public boolean isAllowSingleCopy() {
    return allowSingleCopy;
  }

  public SynodOptions setAllowSingleCopy(boolean allowSingleCopy) {
    this.allowSingleCopy = allowSingleCopy;
    return this;
  }

  /**
   * Directory of this member's log and snapshots; default {@value #DEFAULT_DATA_DIRECTORY}. The
   * directory belongs to this member from its first start; another member refuses to start with it.
   */
  public String getDataDirectory() {
    return dataDirectory;
  }

  public SynodOptions setDataDirectory(String dataDirectory) {
    this.dataDirectory = Objects.requireNonNull(dataDirectory);
    return this;
  }

  /** Failure that an acknowledged command survives; default {@link Durability#FSYNC}. */
  public Durability getDurability() {
    return durability;
  }

  public SynodOptions setDurability(Durability durability) {
    this.durability = Objects.requireNonNull(durability);
    return this;
  }

  /**
   * Whether recovery treats a damaged end of the log as lost records; default false. See {@link
   * StoreOptions#strict}.
   */
  public boolean isStrictRecovery() {
    return strictRecovery;
  }

  public SynodOptions setStrictRecovery(boolean strictRecovery) {
    this.strictRecovery = strictRecovery;
    return this;
  }

  /**
   * Size of one log file, in bytes: a multiple of 4096; default {@link
   * StoreOptions#DEFAULT_SEGMENT_BYTES}.
   */
  public long getSegmentBytes() {
    return segmentBytes;
  }

  public SynodOptions setSegmentBytes(long segmentBytes) {
    this.segmentBytes = segmentBytes;
    return this;
  }

  /**
   * Growth of the log after which the member takes a snapshot, in bytes; default 64 MiB. The
   * snapshot is taken when the log has grown since the last snapshot by at least this value and by
   * at least the size of that snapshot.
   */
  public long getSnapshotLogBytes() {
    return snapshotLogBytes;
  }

  public SynodOptions setSnapshotLogBytes(long snapshotLogBytes) {
    this.snapshotLogBytes = snapshotLogBytes;
    return this;
  }

  /**
   * Size of the log kept below the newest snapshot, in bytes, from which members that lag a little
   * catch up without fetching the snapshot.
   */
  public long getRetainedLogBytes() {
    return retainedLogBytes;
  }

  public SynodOptions setRetainedLogBytes(long retainedLogBytes) {
    this.retainedLogBytes = retainedLogBytes;
    return this;
  }

  /**
   * Maximum number of slots that the leader proposes concurrently: the α of Lamport's "Paxos Made
   * Simple", section 3. It is fixed when the group is initialized.
   */
  public int getWindow() {
    return window;
  }

  public SynodOptions setWindow(int window) {
    this.window = window;
    return this;
  }

  /**
   * Size up to which the leader fills a slot with commands, in bytes. A larger command gets a slot
   * of its own.
   */
  public int getMaxBatchBytes() {
    return maxBatchBytes;
  }

  public SynodOptions setMaxBatchBytes(int maxBatchBytes) {
    this.maxBatchBytes = maxBatchBytes;
    return this;
  }

  /**
   * Maximum total size of the commands that wait at the leader, in bytes. Further commands fail
   * with {@link SynodException.Busy}.
   */
  public long getMaxQueuedBytes() {
    return maxQueuedBytes;
  }

  public SynodOptions setMaxQueuedBytes(long maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
    return this;
  }

  /**
   * Maximum size of a command of any state machine, in bytes, with the name of the state machine in
   * front of it; default 16 MiB, at most 32 MiB. A larger command fails with {@link
   * SynodException.TooLarge} before it reaches the group. Every member can store and send a command
   * of the maximum, whatever this option of its own says.
   */
  public int getMaxCommandBytes() {
    return maxCommandBytes;
  }

  public SynodOptions setMaxCommandBytes(int maxCommandBytes) {
    this.maxCommandBytes = maxCommandBytes;
    return this;
  }

  /** Maximum size of a key, in bytes of UTF-8. */
  public int getMaxKeyBytes() {
    return maxKeyBytes;
  }

  public SynodOptions setMaxKeyBytes(int maxKeyBytes) {
    this.maxKeyBytes = maxKeyBytes;
    return this;
  }

  /** Maximum size of the value of a key, in bytes. */
  public int getMaxValueBytes() {
    return maxValueBytes;
  }

  public SynodOptions setMaxValueBytes(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
    return this;
  }

  /**
   * Whether this member, as leader, sends a value to a phase-2 quorum first, and to the other
   * acceptors only when an acknowledgement is late; default false. Thrifty sending saves the other
   * acceptors one log force per value. It delays callers at those members, because they learn
   * chosen values later.
   */
  public boolean isThrifty() {
    return thrifty;
  }

  public SynodOptions setThrifty(boolean thrifty) {
    this.thrifty = thrifty;
    return this;
  }

  /**
   * Maximum number of {@linkplain Synod#client clients} that may follow this member concurrently;
   * 0, the default, refuses all clients. The value must be the same on every member.
   */
  public int getMaxClients() {
    return maxClients;
  }

  public SynodOptions setMaxClients(int maxClients) {
    this.maxClients = maxClients;
    return this;
  }

  /** Interval between two heartbeats of a leader, in ms. */
  public long getHeartbeatInterval() {
    return heartbeatInterval;
  }

  public SynodOptions setHeartbeatInterval(long heartbeatInterval) {
    this.heartbeatInterval = heartbeatInterval;
    return this;
  }

  /**
   * Time without a heartbeat after which a member starts an election, in ms; at least 3 heartbeat
   * intervals.
   */
  public long getElectionTimeout() {
    return electionTimeout;
  }

  public SynodOptions setElectionTimeout(long electionTimeout) {
    this.electionTimeout = electionTimeout;
    return this;
  }

  /** Time after which a request fails, in ms. */
  public long getRequestTimeout() {
    return requestTimeout;
  }

  public SynodOptions setRequestTimeout(long requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /**
   * Time without a message from this member after which the group expires its session, in ms. Locks
   * and other state of the session are then released.
   */
  public long getSessionTimeout() {
    return sessionTimeout;
  }

  public SynodOptions setSessionTimeout(long sessionTimeout) {
    this.sessionTimeout = sessionTimeout;
    return this;
  }

  /**
   * Maximum number of reads that may wait at this member. Further reads fail with {@link
   * SynodException.Busy}.
   */
  public int getMaxReads() {
    return maxReads;
  }

  public SynodOptions setMaxReads(int maxReads) {
    this.maxReads = maxReads;
    return this;
  }

  /**
   * Duration of the leader's lease, in ms; 0, the default, disables leases. During a lease a
   * phase-2 quorum accepts no other leader, so that the leader answers reads at the level {@code
   * LEASE} without a round of messages. The value must be the same on every member. To shorten it,
   * first stop every member for at least the old duration.
   */
  public long getLease() {
    return lease;
  }

  public SynodOptions setLease(long lease) {
    this.lease = lease;
    return this;
  }

  /**
   * Maximum clock drift between two members during a lease, in ms; lease reads are correct only
   * within it.
   */
  public long getLeaseDrift() {
    return leaseDrift;
  }

  public SynodOptions setLeaseDrift(long leaseDrift) {
    this.leaseDrift = leaseDrift;
    return this;
  }
}
