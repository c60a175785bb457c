package dev.synod.simulation.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.host.Recovered;
import dev.synod.core.message.Configuration;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Value;
import dev.synod.fuzzing.Kinds;
import dev.synod.quorum.QuorumSystem;
import dev.synod.simulation.world.World;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecordDiskTest {
  @Test
  void everyKindOfRecordChangesWhatIsRecovered() {
    Kinds kinds =
        new Kinds(
            Map.of(
                Value.class,
                Value.noOp(1),
                Configuration.class,
                Configuration.first(QuorumSystem.majority(List.of("a")))));
    for (LogRecord record : kinds.of(LogRecord.class)) {
      RecordDisk disk = new RecordDisk(new World(1));
      disk.append(record);
      assertThat(disk.open()).as(record.toString()).isNotEqualTo(Recovered.NOTHING);
    }
  }
}
