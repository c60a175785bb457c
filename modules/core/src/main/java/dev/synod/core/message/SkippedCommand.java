package dev.synod.core.message;

/**
 * A command that no state machine applies, because an operator has decided so at every member: it
 * ended with an {@link Error} wherever it was applied.
 *
 * @param slot slot of the command
 * @param index position of the command in the value of the slot, from 0
 */
public record SkippedCommand(long slot, int index) implements Comparable<SkippedCommand> {
  /** Maximum number of commands that a group may skip. */
  public static final int MAX = 1_000;

  public SkippedCommand {
    if (slot < 1 || index < 0) {
      throw new IllegalArgumentException("no command has the place " + index + " in slot " + slot);
    }
  }

  @Override
  public int compareTo(SkippedCommand other) {
    int bySlot = Long.compare(slot, other.slot);
    return bySlot != 0 ? bySlot : Integer.compare(index, other.index);
  }

  @Override
  public String toString() {
    return "command " + index + " of slot " + slot;
  }
}
