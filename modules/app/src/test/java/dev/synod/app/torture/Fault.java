package dev.synod.app.torture;

/** What can befall a group. */
enum Fault {
  KILL("SIGKILL, and a start", false),
  BLINK("SIGSTOP, shorter than an election timeout", false),
  PAUSE("SIGSTOP, longer than an election timeout", false),
  FROZEN_SUCCESSOR("SIGSTOP, and leadership asked for that member", false),
  SLOW_REQUESTS("connections that send a byte a second, to one member", false),
  REBIRTH("a majority with emptied directories, while the others are down", false),
  ISOLATE("one member cut off", true),
  SPLIT("two sides cut off from each other", true),
  LINK("one link cut", true),
  ONE_WAY("one link cut in one direction", true),
  DEAF_OR_MUTE("one member sends but hears nothing, or the reverse", true),
  PARTIAL("some links cut, some not", true),
  DISK_FULL("a full disk, and a start when it has room again", true);

  final String words;

  /** Whether it takes {@link Arena#canCutAndFill}. */
  final boolean needsArena;

  Fault(String words, boolean needsArena) {
    this.words = words;
    this.needsArena = needsArena;
  }
}
