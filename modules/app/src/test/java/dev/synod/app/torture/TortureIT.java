package dev.synod.app.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The suite in short, so that it stays alive: each kind of fault that this machine allows, once.
 */
class TortureIT {
  @Test
  void whatClientsSeeIsLinearizableThroughEachKindOfFault(@TempDir Path directory) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(said, true, StandardCharsets.UTF_8);
    int code =
        Torture.run(
            new String[] {
              "--config",
              Path.of("..", "..", "config", "three").toString(),
              "--once",
              "--out",
              directory.toString()
            },
            print);

    assertThat(code).as(said.toString(StandardCharsets.UTF_8)).isZero();
    System.out.println(said.toString(StandardCharsets.UTF_8));
  }
}
