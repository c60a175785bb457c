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
 * Which configuration a slot has: {@code cfg(s)} of the design, as this member has learned it from
 * the log. A change applied at slot r is first used at r + α, so what lies up to α slots beyond the
 * last applied one can no longer change, and nothing further ahead may be asked (I1).
 *
 * <p>At most two are open: the one in use, and one that is decided and not yet in use. Of those
 * before, only the names of members that left are kept: an id is never used again.
 *
 * <p>Belongs to one member, and changes with what its replica applies.
 */
public final class Configurations {
  /** In slots; 0 while this member does not know its group. */
  private long alpha;

  /** The configuration that the group was born with; null while this member does not know it. */
  private @Nullable Configuration initialConfiguration;

  /** Of slot {@code known + 1}. */
  private @Nullable Configuration current;

  /** The first slot of {@code current}. */
  private long currentFrom = 1;

  /** What takes its place at slot {@code nextFrom}; null if nothing does. */
  private @Nullable Configuration next;

  private long nextFrom;

  /** Every slot up to this one is applied here. */
  private long known;

  /** Who left, and the last slot of the configuration that it left. */
  private final TreeMap<String, Long> left = new TreeMap<>();

  // Of all that are open:
  private List<String> members = List.of();
  private List<String> acceptors = List.of();
  private List<String> learners = List.of();

  private Configurations() {}

  /**
   * A group as it is born.
   *
   * @param alpha the pipeline window, in slots, fixed when the group is born
   */
  public Configurations(long alpha, Configuration birth) {
    initialize(alpha, birth);
  }

  /** Of a member that joins, and does not know yet what it joins. */
  public static Configurations uninitialized() {
    return new Configurations();
  }

  /** Whether this member knows its group. */
  public boolean isInitialized() {
    return current != null;
  }

  /** The group was born so. */
  public void initialize(long alpha, Configuration birth) {
    if (alpha < 1) {
      throw new IllegalArgumentException("the window is at least 1 slot, not " + alpha);
    }
    if (current != null) {
      throw new IllegalStateException("a group is born once");
    }
    this.alpha = alpha;
    this.initialConfiguration = birth;
    this.current = birth;
    open();
  }

  /** How many slots beyond the last known chosen one may be proposed at. */
  public long alpha() {
    return alpha;
  }

  /** The configuration that the group was born with. */
  public Configuration initialConfiguration() {
    return required(initialConfiguration);
  }

  /** The last slot that has been applied: up to {@link #alpha} beyond it all is known. */
  public long known() {
    return known;
  }

  /** Whether {@link #at} may be asked for this slot. */
  public boolean isKnown(long slot) {
    return slot <= known + alpha;
  }

  /** The configuration of a slot that is not applied yet. */
  public Configuration at(long slot) {
    if (slot <= known || !isKnown(slot)) {
      throw new IllegalStateException(
          "the configuration of slot "
              + slot
              + " was asked where slot "
              + known
              + " is the last applied one, and the window is "
              + alpha
              + " (I1)");
    }
    Configuration pending = next;
    return pending != null && slot >= nextFrom ? pending : required(current);
  }

  /** The configuration in use: that of the slot behind the last applied one. */
  public Configuration current() {
    return required(current);
  }

  /** The first slot of {@link #current}. */
  public long currentFrom() {
    return currentFrom;
  }

  /** What is decided and not yet in use; null if nothing is. */
  public @Nullable Configuration pending() {
    return next;
  }

  /** The latest one that is decided, in use or not. */
  public Configuration latest() {
    Configuration pending = next;
    return pending != null ? pending : required(current);
  }

  /** The first slot of {@link #latest}. */
  public long latestFrom() {
    return next != null ? nextFrom : currentFrom;
  }

  /** All members of those that are open. */
  public List<String> members() {
    return members;
  }

  /** All acceptors of those that are open. */
  public List<String> acceptors() {
    return acceptors;
  }

  /** All learners of those that are open. */
  public List<String> learners() {
    return learners;
  }

  /** Whether it is a member in one that is open. */
  public boolean isMember(String name) {
    return members.contains(name);
  }

  /** Whether it was a member once, and is not one of {@link #latest}. */
  public boolean hasLeft(String name) {
    return left.containsKey(name);
  }

  /** Who left, by name. */
  public List<String> left() {
    return List.copyOf(left.keySet());
  }

  /**
   * A change is applied at the next slot.
   *
   * @return {@link Outcome.Applied}, or {@link Outcome.ChangeRefused} if it has no effect: the same
   *     on every member
   */
  public Outcome change(long slot, ChangeConfiguration change) {
    if (slot != known + 1) {
      throw new IllegalStateException("a change at slot " + slot + " after slot " + known);
    }
    Configuration wanted = change.next();
    Configuration latest = latest();
    if (change.replaces() != latest.id()) {
      return new Outcome.ChangeRefused(
          Reason.NOT_THE_LATEST,
          "it was to replace configuration "
              + change.replaces()
              + ", and the latest one is "
              + latest.id());
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

  /** Why this one can not come after the latest one; null if it can. */
  public Outcome.@Nullable ChangeRefused refusal(Configuration wanted) {
    if (wanted.id() <= latest().id()) {
      return new Outcome.ChangeRefused(
          Reason.NOT_THE_LATEST, "configuration " + wanted.id() + " is used already");
    }
    for (String name : wanted.members()) {
      if (left.containsKey(name)) {
        return new Outcome.ChangeRefused(
            Reason.ID_USED_BEFORE,
            name
                + " was a member before, and an id is never used again: its promises may be"
                + " forgotten. Start the new member under a new name, with an empty directory");
      }
    }
    return null;
  }

  public String pendingText() {
    return "configuration "
        + latest().id()
        + " is decided and comes into use at slot "
        + nextFrom
        + "; try again when it has";
  }

  /** All of this slot is applied. */
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
   * Writes all of it, as it stands in snapshots: {@code window (8) · birth · known (8) · first slot
   * (8) · configuration in use · first slot of the pending one, or 0 (8) · pending one, if any ·
   * how many left (4) · {name · slot (8)}*}.
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

  /** What {@link #write} wrote. */
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

  /** Takes over what a snapshot holds, in place of all that is here. */
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
