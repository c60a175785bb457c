package dev.synod.simulation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit 5 test of a state machine of yours, in a group whose network, disks, clocks and members
 * fail in every way that the group must survive:
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
  /** How many runs, each of another seed. */
  long seeds() default 500;

  /** The first seed. A failure names the one to put here, with {@code seeds = 1}. */
  long from() default 1;

  /** How many members; 0 draws 1 to 9 and their quorums with each seed. */
  int members() default 0;

  /**
   * The quorum system of the {@link #members}: {@code majority}, {@code counts(phase1,phase2)}, or
   * the JSON of any other one. The members are called a, b, c, …
   */
  String quorum() default "majority";
}
