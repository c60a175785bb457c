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
 * How a member takes part in a group. In JSON the fields have the names of the properties: {@code
 * {"member": "n1", "members": ["n1", "n2", "n3"]}}. Not thread-safe.
 *
 * <p>Of these, {@code members}, {@code roles}, {@code quorum} and {@code window} are the group's:
 * every member must be given the same when the group is born. From then on the data directory knows
 * the group, and they change by {@link Synod#change} alone. All times are in milliseconds, all
 * sizes in bytes.
 */
public final class SynodOptions {
  /** {@value}. */
  public static final String DEFAULT_GROUP = "default";

  /** {@value}. */
  public static final String DEFAULT_DATA_DIRECTORY = "synod-data";

  /** {@value} slots. */
  public static final int DEFAULT_WINDOW = 64;

  /**
   * 16 KiB: most frames arrive whole in one read of a socket, whose 64 KiB they share. What spans
   * two reads is copied several times more on its way out of the connection.
   */
  public static final int DEFAULT_MAX_BATCH_BYTES = 16 << 10;

  /** 64 MiB. */
  public static final long DEFAULT_MAX_QUEUED_BYTES = 64L << 20;

  /** 1 KiB. */
  public static final int DEFAULT_MAX_KEY_BYTES = 1 << 10;

  /** 1 MiB. */
  public static final int DEFAULT_MAX_VALUE_BYTES = 1 << 20;

  /** 64 MiB. */
  public static final long DEFAULT_SNAPSHOT_LOG_BYTES = 64L << 20;

  /** 16 MiB. */
  public static final long DEFAULT_RETAINED_LOG_BYTES = 16L << 20;

  /** {@value}: none is let in. */
  public static final int DEFAULT_MAX_CLIENTS = 0;

  /** {@value} ms. */
  public static final long DEFAULT_HEARTBEAT_INTERVAL = 50;

  /** {@value} ms. */
  public static final long DEFAULT_ELECTION_TIMEOUT = 500;

  /** {@value} ms. */
  public static final long DEFAULT_REQUEST_TIMEOUT = 10_000;

  /** {@value} ms. */
  public static final long DEFAULT_SESSION_TIMEOUT = 15_000;

  /** {@value} reads. */
  public static final int DEFAULT_MAX_READS = 100_000;

  /** {@value} ms: none. */
  public static final long DEFAULT_LEASE = 0;

  /** {@value} ms. */
  public static final long DEFAULT_LEASE_DRIFT = 20;

  private String group = DEFAULT_GROUP;
  private @Nullable String member;
  private List<String> members = List.of();
  private Map<String, Set<Role>> roles = Map.of();
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

  /** The defaults; {@code member} and {@code members} have none. */
  public SynodOptions() {}

  /** A copy. */
  public SynodOptions(SynodOptions other) {
    this(other.toJson());
  }

  /**
   * From JSON; a field left out has its default.
   *
   * @throws ConfigurationException if a field is unknown or of another type. What a field's value
   *     may be is for {@link #validate} to say
   */
  public SynodOptions(JsonObject json) {
    Fields fields = new Fields(json);
    group = Objects.requireNonNull(fields.text("group", group));
    member = fields.text("member", member);
    members = List.copyOf(fields.names("members", members));
    roles = Objects.requireNonNullElse(fields.part("roles", Roles::read), roles);
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
   * Reads a JSON file, and validates it. Blocks.
   *
   * @throws ConfigurationException with the file's name before each problem, also if it cannot be
   *     read or is not JSON
   */
  public static SynodOptions read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return new SynodOptions(json).validate();
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  /** Everything, defaults included. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject().put("group", group);
    if (member != null) {
      json.put("member", member);
    }
    json.put("members", members).put("roles", Roles.write(roles)).put("join", join);
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

  /** The members the group is born with, this one included. */
  public List<String> getMembers() {
    return members;
  }

  public SynodOptions setMembers(List<String> members) {
    this.members = List.copyOf(members);
    return this;
  }

  /** Of the members that do not have all three roles. */
  public Map<String, Set<Role>> getRoles() {
    return roles;
  }

  /** What a member does: all, unless something else was set. */
  public Set<Role> rolesOf(String member) {
    return roles.getOrDefault(member, Roles.ALL);
  }

  /**
   * What members do that do not do everything. An {@link Role#ACCEPTOR} votes, a {@link
   * Role#PROPOSER} may lead, a {@link Role#LEARNER} has the state machines and answers callers; all
   * of them keep the log. Of a member that joins, its own; what it is given by {@link Synod#change}
   * must be the same as far as learning goes.
   */
  public SynodOptions setRoles(Map<String, Set<Role>> roles) {
    this.roles = Roles.copy(roles);
    return this;
  }

  /**
   * Whether this member joins a group that is there already: then {@code members} are those it asks
   * first, {@code quorum} and {@code window} are the group's own, and it takes part once it was
   * added ({@link Synod#change}). Of no effect once its data directory knows the group.
   */
  public boolean isJoin() {
    return join;
  }

  public SynodOptions setJoin(boolean join) {
    this.join = join;
    return this;
  }

  /** The quorum rule in the JSON form of {@link QuorumSpec}; null: the majority, in both phases. */
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

  /** Whether, among several members, one alone may decide; then its disk alone holds the value. */
  public boolean isAllowSingleCopy() {
    return allowSingleCopy;
  }

  public SynodOptions setAllowSingleCopy(boolean allowSingleCopy) {
    this.allowSingleCopy = allowSingleCopy;
    return this;
  }

  /**
   * Where this member's log is: a directory of its own. It belongs to the member from the first
   * start on; another member that is pointed at it is refused.
   */
  public String getDataDirectory() {
    return dataDirectory;
  }

  public SynodOptions setDataDirectory(String dataDirectory) {
    this.dataDirectory = Objects.requireNonNull(dataDirectory);
    return this;
  }

  /** What a decided command survives. */
  public Durability getDurability() {
    return durability;
  }

  public SynodOptions setDurability(Durability durability) {
    this.durability = Objects.requireNonNull(durability);
    return this;
  }

  /** Whether a damaged end of the log counts as lost records: see {@link StoreOptions#strict}. */
  public boolean isStrictRecovery() {
    return strictRecovery;
  }

  public SynodOptions setStrictRecovery(boolean strictRecovery) {
    this.strictRecovery = strictRecovery;
    return this;
  }

  /** Size of a file of the log. */
  public long getSegmentBytes() {
    return segmentBytes;
  }

  public SynodOptions setSegmentBytes(long segmentBytes) {
    this.segmentBytes = segmentBytes;
    return this;
  }

  /**
   * A snapshot is taken, and the log cut, when it has grown by so much since the last one, and by
   * the size of that.
   */
  public long getSnapshotLogBytes() {
    return snapshotLogBytes;
  }

  public SynodOptions setSnapshotLogBytes(long snapshotLogBytes) {
    this.snapshotLogBytes = snapshotLogBytes;
    return this;
  }

  /** So much of the log below a snapshot stays, for members that are only a little behind. */
  public long getRetainedLogBytes() {
    return retainedLogBytes;
  }

  public SynodOptions setRetainedLogBytes(long retainedLogBytes) {
    this.retainedLogBytes = retainedLogBytes;
    return this;
  }

  /** How many slots may be open at once: the protocol's α, fixed when the group is born. */
  public int getWindow() {
    return window;
  }

  public SynodOptions setWindow(int window) {
    this.window = window;
    return this;
  }

  /** A slot takes no further command beyond this; a larger command stands alone. */
  public int getMaxBatchBytes() {
    return maxBatchBytes;
  }

  public SynodOptions setMaxBatchBytes(int maxBatchBytes) {
    this.maxBatchBytes = maxBatchBytes;
    return this;
  }

  /** Bytes of commands that may wait at the leader; beyond, it is busy. */
  public long getMaxQueuedBytes() {
    return maxQueuedBytes;
  }

  public SynodOptions setMaxQueuedBytes(long maxQueuedBytes) {
    this.maxQueuedBytes = maxQueuedBytes;
    return this;
  }

  /** Largest key. */
  public int getMaxKeyBytes() {
    return maxKeyBytes;
  }

  public SynodOptions setMaxKeyBytes(int maxKeyBytes) {
    this.maxKeyBytes = maxKeyBytes;
    return this;
  }

  /** Largest value of a key. */
  public int getMaxValueBytes() {
    return maxValueBytes;
  }

  public SynodOptions setMaxValueBytes(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
    return this;
  }

  /**
   * Whether this member, when it leads, sends a value to a phase-2 quorum first, and to the other
   * acceptors only when an answer is late. That spares them a force for each value, and costs
   * callers at those members some time, for they are taught what is decided afterwards.
   */
  public boolean isThrifty() {
    return thrifty;
  }

  public SynodOptions setThrifty(boolean thrifty) {
    this.thrifty = thrifty;
    return this;
  }

  /**
   * How many clients, which are no members ({@link Synod#client}), may follow this member at once;
   * 0: none is let in. The same on every member.
   */
  public int getMaxClients() {
    return maxClients;
  }

  public SynodOptions setMaxClients(int maxClients) {
    this.maxClients = maxClients;
    return this;
  }

  /** How often a leader says that it lives, in ms. */
  public long getHeartbeatInterval() {
    return heartbeatInterval;
  }

  public SynodOptions setHeartbeatInterval(long heartbeatInterval) {
    this.heartbeatInterval = heartbeatInterval;
    return this;
  }

  /** How long a leader is not heard before another is elected, in ms; at least 3 heartbeats. */
  public long getElectionTimeout() {
    return electionTimeout;
  }

  public SynodOptions setElectionTimeout(long electionTimeout) {
    this.electionTimeout = electionTimeout;
    return this;
  }

  /** How long a request is tried, in ms. */
  public long getRequestTimeout() {
    return requestTimeout;
  }

  public SynodOptions setRequestTimeout(long requestTimeout) {
    this.requestTimeout = requestTimeout;
    return this;
  }

  /**
   * How long the group may hear nothing of this member before its session ends, and with it what
   * the session holds, in ms.
   */
  public long getSessionTimeout() {
    return sessionTimeout;
  }

  public SynodOptions setSessionTimeout(long sessionTimeout) {
    this.sessionTimeout = sessionTimeout;
    return this;
  }

  /** How many reads may wait for an answer at this member; beyond that they are refused. */
  public int getMaxReads() {
    return maxReads;
  }

  public SynodOptions setMaxReads(int maxReads) {
    this.maxReads = maxReads;
    return this;
  }

  /**
   * How long a phase-2 quorum promises the leader to follow no other, so that it may answer reads
   * at the level {@code LEASE} without asking; in ms, the same on every member. 0: not at all. To
   * make it shorter, every member must be stopped for at least as long as it was.
   */
  public long getLease() {
    return lease;
  }

  public SynodOptions setLease(long lease) {
    this.lease = lease;
    return this;
  }

  /** By how much the clocks of two members may part within a lease at most, in ms. */
  public long getLeaseDrift() {
    return leaseDrift;
  }

  public SynodOptions setLeaseDrift(long leaseDrift) {
    this.leaseDrift = leaseDrift;
    return this;
  }
}
