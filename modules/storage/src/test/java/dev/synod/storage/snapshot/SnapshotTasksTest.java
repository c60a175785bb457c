package dev.synod.storage.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.Snapshot;
import dev.synod.core.StateMachine;
import dev.synod.core.member.Member;
import java.io.DataOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SnapshotTasksTest {
  private final SnapshotStore store = SnapshotStore.inMemory();
  private final Tasks tasks = new Tasks(store);

  /** Keeps the tasks and their reports, so that a test executes one step at a time. */
  private static final class Tasks extends SnapshotTasks {
    final ArrayDeque<Step> wanted = new ArrayDeque<>();
    final List<Consumer<Member>> told = new ArrayList<>();

    Tasks(SnapshotStore store) {
      super(store);
    }

    Step first() {
      return wanted.remove();
    }

    @Override
    protected void execute(Step first) {
      wanted.add(first);
    }

    @Override
    protected void executeBeside(Step only) {
      wanted.add(only);
    }

    @Override
    protected Member member() {
      throw new AssertionError("no snapshot is ready to be read");
    }

    @Override
    protected void tell(Consumer<Member> end) {
      told.add(end);
    }

    @Override
    protected OutputStream buffered(OutputStream draft) {
      return draft;
    }

    @Override
    public long logBytes() {
      return 0;
    }
  }

  private static final class State implements StateMachine.Frozen {
    @Override
    public void write(DataOutput out) throws IOException {
      out.writeLong(7);
    }

    @Override
    public void close() {}
  }

  @Test
  void aTakenSnapshotIsReportedAfterItsPublication() throws IOException {
    tasks.take(3, new State());
    SnapshotTasks.Step publication = Objects.requireNonNull(tasks.first().run());
    assertThat(store.newest()).isNull();
    assertThat(tasks.told).isEmpty();

    assertThat(publication.run()).isNull();
    assertThat(store.newest()).extracting(Snapshot::slot).isEqualTo(3L);
    assertThat(tasks.told).hasSize(1);
  }

  @Test
  void aFetchedSnapshotWithAWrongChecksumIsReportedAndNotPublished() throws IOException {
    Snapshot offered = new Snapshot(3, 8, 0);
    tasks.begin(offered);
    tasks.write(offered, 0, new byte[8]);
    tasks.install(offered);
    assertThat(tasks.first().run()).isNull();
    assertThat(tasks.first().run()).isNull();
    assertThat(tasks.told).hasSize(1);

    assertThat(tasks.first().run()).isNull();
    assertThat(store.newest()).isNull();
    assertThat(tasks.told).hasSize(2);
  }

  @Test
  void aTakenSnapshotIsNotTheDraftOfAFetchedOne() throws IOException {
    Snapshot offered = new Snapshot(9, 8, 0);
    tasks.take(3, new State());
    SnapshotTasks.Step publication = Objects.requireNonNull(tasks.first().run());
    publication.run();
    tasks.write(offered, 0, new byte[8]);
    assertThatThrownBy(tasks.first()::run)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no snapshot was started");
  }
}
