package dev.synod.bench.micro;

import dev.synod.core.message.Command;
import dev.synod.core.message.Value;

/** Values as the standard load makes them. */
final class SampleValues {
  /** Bytes of a put of 100 B with a small key, as a state machine gets it. */
  static final int COMMAND = 120;

  private SampleValues() {}

  /** A batch of so many puts. */
  static Value of(int commands) {
    Value.Builder builder = new Value.Builder();
    for (int i = 1; i <= commands; i++) {
      builder.add(new Command(7, i, i - 1, new byte[COMMAND]));
    }
    return builder.build(1);
  }
}
