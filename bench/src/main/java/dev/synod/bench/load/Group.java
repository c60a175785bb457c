package dev.synod.bench.load;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;

/** Something that stands ready to be measured. */
public interface Group extends AutoCloseable {
  /** Measures that step. */
  List<Measure> measure(Step step) throws Exception;

  @Override
  void close() throws IOException;

  /** A group that is measured under a load. */
  interface Loaded extends Group {
    /** What the step's operation is. */
    Operation operation(Step step) throws Exception;

    /**
     * Where operations are to be begun; those of a closed loop begin where the one before ended.
     */
    Executor starter();

    @Override
    default List<Measure> measure(Step step) throws Exception {
      return Driver.run(operation(step), starter(), step.load(), step.window());
    }
  }

  /** Sets groups up. */
  @FunctionalInterface
  interface Opener {
    /** The group of that scenario, with its files in that directory. */
    Group open(Scenario scenario, DataDirectory directory) throws Exception;
  }
}
