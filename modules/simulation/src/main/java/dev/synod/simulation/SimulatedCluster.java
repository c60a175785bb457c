package dev.synod.simulation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit 5 test of a state machine in simulated groups, whose network, disks, clocks and
 * members fail in every way that a group must survive:
 *
 * <pre>{@code
 * @SimulatedCluster(seeds = 500, members = 5, quorum = "counts(4,2)")
 * void moneyIsNeitherMadeNorLost(SimulatedGroup group) {
 *   group.check(Bank::new, Bank::randomTransfer, bank -> assertThat(bank.total()).isEqualTo(1000));
 * }
 * }</pre>
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(SimulatedClusterExtension.class)
public @interface SimulatedCluster {
  /** Number of runs, each with another seed. */
  long seeds() default 500;

  /** First seed. A failure names the seed to set here, together with {@code seeds = 1}. */
  long from() default 1;

  /** Number of members; 0 draws 1 to 9 members and their quorums with each seed. */
  int members() default 0;

  /**
   * Quorum system of the {@link #members}: {@code majority}, {@code counts(phase1,phase2)}, or the
   * JSON of any other rule. The members are named a, b, c, …
   */
  String quorum() default "majority";
}
