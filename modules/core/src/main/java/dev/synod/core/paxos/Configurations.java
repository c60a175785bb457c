package dev.synod.core.paxos;

import dev.synod.core.Outcome;
import dev.synod.core.Outcome.ChangeRefused.Reason;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.GroupCommand;
import dev.synod.core.message.GroupCommand.ChangeConfiguration;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of each slot, as this member has learned it from the log. A change applied in
 * slot r takes effect in slot r + α. The configurations of the α slots behind the last applied one
 * are therefore final, and those of later slots are unknown (I1).
 *
 * <p>At most two configurations are open: the one in use, and the next one that is chosen but not
 * in use yet. Of former configurations only the names of members that left remain, because a name
 * is never used again.
 *
 * <p>Belongs to one member; the member's replica updates it.
 */
public final class Configurations {
  /** Pipeline window, in slots; 0 while this member does not know its group. */
  private long alpha;

  /** First configuration of the group; null while this member does not know it. */
  private @Nullable Configuration initialConfiguration;

  /** Configuration of slot {@code known + 1}. */
  private @Nullable Configuration current;

  /** First slot of {@code current}. */
  private long currentFrom = 1;

  /**
   * Configuration that replaces {@code current} from slot {@code nextFrom} on; null if there is
   * none.
   */
  private @Nullable Configuration next;

  private long nextFrom;

  /** Slot up to which this member has applied every slot. */
  private long known;

  /** Former members, with the last slot of the configuration that they left. */
  private final TreeMap<String, Long> left = new TreeMap<>();

  // Members of all open configurations:
  private List<String> members = List.of();
  private List<String> acceptors = List.of();
  private List<String> learners = List.of();

  private Configurations() {}

  /**
   * Creates the configurations of a new group.
   *
   * @param alpha pipeline window in slots, fixed when the group is initialized
   */
  public Configurations(long alpha, Configuration birth) {
    initialize(alpha, birth);
  }

  /** Creates the configurations of a joining member, which does not know its group yet. */
  public static Configurations uninitialized() {
    return new Configurations();
  }

  /** Tells whether this member knows its group. */
  public boolean isInitialized() {
    return current != null;
  }

  /** Sets the initial configuration of the group. */
  public void initialize(long alpha, Configuration birth) {
    if (alpha < 1) {
      throw new IllegalArgumentException("the window must be at least 1 slot, but is " + alpha);
    }
    if (current != null) {
      throw new IllegalStateException("the group is already initialized");
    }
    this.alpha = alpha;
    this.initialConfiguration = birth;
    this.current = birth;
    open();
  }

  /** Returns the pipeline window: how many slots beyond the last chosen one may be proposed. */
  public long alpha() {
    return alpha;
  }

  /** Returns the first configuration of the group. */
  public Configuration initialConfiguration() {
    return required(initialConfiguration);
  }

  /**
   * Returns the last applied slot; the configurations of the following {@link #alpha} slots are
   * known.
   */
  public long known() {
    return known;
  }

  /** Tells whether {@link #at} knows the configuration of this slot. */
  public boolean isKnown(long slot) {
    return slot <= known + alpha;
  }

  /**
   * Returns the configuration of a slot that is not applied yet.
   *
   * @throws IllegalStateException if the configuration is unknown
   */
  public Configuration at(long slot) {
    if (slot <= known || !isKnown(slot)) {
      throw new IllegalStateException(
          "the configuration of slot "
              + slot
              + " is unknown: slot "
              + known
              + " is the last applied one, and the window has "
              + alpha
              + " (I1)");
    }
    Configuration pending = next;
    return pending != null && slot >= nextFrom ? pending : required(current);
  }

  /** Returns the configuration in use: that of the slot after the last applied one. */
  public Configuration current() {
    return required(current);
  }

  /** Returns the first slot of {@link #current}. */
  public long currentFrom() {
    return currentFrom;
  }

  /** Returns the configuration that is chosen but not in use yet; null if there is none. */
  public @Nullable Configuration pending() {
    return next;
  }

  /** Returns the latest chosen configuration, whether it is in use or not. */
  public Configuration latest() {
    Configuration pending = next;
    return pending != null ? pending : required(current);
  }

  /** Returns the first slot of {@link #latest}. */
  public long latestFrom() {
    return next != null ? nextFrom : currentFrom;
  }

  /** Returns the members of all open configurations. */
  public List<String> members() {
    return members;
  }

  /** Returns the acceptors of all open configurations. */
  public List<String> acceptors() {
    return acceptors;
  }

  /** Returns the learners of all open configurations. */
  public List<String> learners() {
    return learners;
  }

  /** Tells whether the name is a member of an open configuration. */
  public boolean isMember(String name) {
    return members.contains(name);
  }

  /** Tells whether the name is a former member that is not in {@link #latest}. */
  public boolean hasLeft(String name) {
    return left.containsKey(name);
  }

  /** Returns the former members, by name. */
  public List<String> left() {
    return List.copyOf(left.keySet());
  }

  /**
   * Applies a change in the next slot.
   *
   * @return {@link Outcome.Applied}, or {@link Outcome.ChangeRefused} if the change has no effect;
   *     equal on every member
   */
  public Outcome change(long slot, ChangeConfiguration change) {
    if (slot != known + 1) {
      throw new IllegalStateException("a change at slot " + slot + " after slot " + known);
    }
    Configuration wanted = change.next();
    Configuration latest = latest();
    if (change.replaces() != latest.id()) {
      return Outcome.ChangeRefused.notTheLatest(change.replaces(), latest.id());
    }
    if (next != null) {
      return new Outcome.ChangeRefused(Reason.ANOTHER_PENDING, pendingText());
    }
    Outcome refused = refusal(wanted);
    if (refused != null) {
      return refused;
    }
    next = wanted;
    nextFrom = slot + alpha;
    for (String name : latest.members()) {
      if (!wanted.members().contains(name)) {
        left.put(name, nextFrom - 1);
      }
    }
    open();
    return new Outcome.Applied(slot, new byte[0]);
  }

  /** Returns the reason why this configuration cannot follow the latest one; null if it can. */
  public Outcome.@Nullable ChangeRefused refusal(Configuration wanted) {
    if (wanted.id() <= latest().id()) {
      return new Outcome.ChangeRefused(
          Reason.NOT_THE_LATEST, "configuration " + wanted.id() + " is used already");
    }
    for (String name : wanted.members()) {
      if (latest().isMember(name) && wanted.isWitness(name) != latest().isWitness(name)) {
        return new Outcome.ChangeRefused(
            Reason.INVALID,
            name
                + " was started "
                + (latest().isWitness(name) ? "without" : "with")
                + " state machines, which cannot change: start another member under a new name");
      }
      if (left.containsKey(name)) {
        return new Outcome.ChangeRefused(
            Reason.ID_USED_BEFORE,
            name
                + " was a member before, and a name is never used again, because its promises may"
                + " be forgotten. Start the new member under a new name with an empty directory");
      }
    }
    return null;
  }

  public String pendingText() {
    return "configuration "
        + latest().id()
        + " is decided and comes into use at slot "
        + nextFrom
        + "; retry afterwards";
  }

  /** Marks the end of a slot. */
  public void applied(long slot) {
    known = slot;
    if (next != null && nextFrom <= slot + 1) {
      current = next;
      currentFrom = nextFrom;
      next = null;
      nextFrom = 0;
      open();
    }
  }

  /**
   * Writes the configurations in the format of snapshots: {@code window (8) · initial configuration
   * · known (8) · first slot (8) · configuration in use · first slot of the pending one, or 0 (8) ·
   * pending one, if any · number of former members (4) · {name · slot (8)}*}.
   */
  public void write(DataOutput out) throws IOException {
    out.writeLong(alpha);
    GroupCommand.write(initialConfiguration(), out);
    out.writeLong(known);
    out.writeLong(currentFrom);
    GroupCommand.write(current(), out);
    Configuration pending = next;
    out.writeLong(pending == null ? 0 : nextFrom);
    if (pending != null) {
      GroupCommand.write(pending, out);
    }
    out.writeInt(left.size());
    for (Map.Entry<String, Long> of : left.entrySet()) {
      out.writeUTF(of.getKey());
      out.writeLong(of.getValue());
    }
  }

  /** Reads what {@link #write} wrote. */
  public static Configurations read(DataInput in) throws IOException {
    Configurations read = new Configurations();
    read.alpha = in.readLong();
    read.initialConfiguration = GroupCommand.readConfiguration(in);
    read.known = in.readLong();
    read.currentFrom = in.readLong();
    read.current = GroupCommand.readConfiguration(in);
    read.nextFrom = in.readLong();
    read.next = read.nextFrom == 0 ? null : GroupCommand.readConfiguration(in);
    for (int count = in.readInt(); count > 0; count--) {
      read.left.put(in.readUTF(), in.readLong());
    }
    read.open();
    return read;
  }

  /** Replaces the contents by those of a snapshot. */
  public void become(Configurations other) {
    alpha = other.alpha;
    initialConfiguration = other.initialConfiguration;
    known = other.known;
    current = other.current;
    currentFrom = other.currentFrom;
    next = other.next;
    nextFrom = other.nextFrom;
    left.clear();
    left.putAll(other.left);
    open();
  }

  private void open() {
    Configuration used = required(current);
    Configuration latest = latest();
    acceptors = Configuration.union(used.acceptors(), latest.acceptors());
    learners = Configuration.union(used.learners(), latest.learners());
    members = Configuration.union(acceptors, learners);
  }

  private static Configuration required(@Nullable Configuration configuration) {
    if (configuration == null) {
      throw new IllegalStateException("this member does not know its group yet");
    }
    return configuration;
  }
}
