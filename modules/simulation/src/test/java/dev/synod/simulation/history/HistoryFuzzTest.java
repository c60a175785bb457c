package dev.synod.simulation.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.fuzzing.Harmless;
import dev.synod.fuzzing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryFuzzTest {
  @TempDir static Path directory;

  static Stream<byte[]> histories() {
    return Seeds.texts(
        """
        {"client":"c1","key":"x","op":"write","argument":1,"result":"ok","invoked":10,"returned":12}
        {"client":"c2","key":"x","op":"read","result":1,"invoked":11,"returned":15}
        {"client":"c1","key":"x","op":"cas","argument":[1,2],"result":true,"invoked":13,"returned":14}
        {"client":"c3","key":"x","op":"write","argument":3,"result":"unknown","invoked":14}
        """,
        """
        {"client":"c1","key":"x","op":"write","argument":1,"result":"ok","invoked":1,"returned":2}
        {"client":"c2","key":"x","op":"read","result":null,"invoked":3,"returned":4}
        """,
        """
        {"client":"c","key":"y","op":"write","argument":%s,"result":"ok","invoked":1,"returned":9223372036854775807}
        """
            .formatted("[".repeat(900) + "]".repeat(900)));
  }

  @MethodSource("histories")
  @FuzzTest
  void aFileIsJudgedOrTheErrorNamesTheLine(byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve("history.jsonl"), bytes);
    List<String> said = new ArrayList<>();
    try {
      int verdict = Harmless.read(bytes.length, () -> History.check(file, said::add));
      assertThat(verdict).isBetween(0, 2);
      assertThat(said).isNotEmpty();
    } catch (History.Malformed named) {
      assertThat(named).hasMessageMatching("(?s).*history\\.jsonl:[0-9]+: .+");
    }
  }
}
