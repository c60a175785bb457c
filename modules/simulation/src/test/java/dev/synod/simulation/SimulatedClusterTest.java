package dev.synod.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.synod.core.CommandRejected;
import dev.synod.core.StateMachine;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SimulatedClusterTest {
  /** Ten accounts with 100 each; a command is from, to and how much, a byte each. */
  private static class Bank implements StateMachine {
    private final int[] accounts = new int[10];

    Bank() {
      Arrays.fill(accounts, 100);
    }

    static byte[] randomTransfer(RandomGenerator random) {
      return new byte[] {
        (byte) random.nextInt(10), (byte) random.nextInt(10), (byte) random.nextInt(60)
      };
    }

    int total() {
      return Arrays.stream(accounts).sum();
    }

    @Override
    public byte[] apply(Context context, ByteBuffer command) {
      int from = command.get();
      int to = command.get();
      int amount = command.get();
      if (accounts[from] < amount) {
        throw new CommandRejected("not enough");
      }
      accounts[from] -= amount;
      accounts[to] += amount;
      return new byte[0];
    }

    @Override
    public byte[] query(ByteBuffer question) {
      return new byte[0];
    }

    @Override
    public void snapshot(DataOutput out) throws IOException {
      for (int account : accounts) {
        out.writeInt(account);
      }
    }

    @Override
    public void restore(DataInput in) throws IOException {
      for (int i = 0; i < accounts.length; i++) {
        accounts[i] = in.readInt();
      }
    }

    @Override
    public long hash() {
      return Arrays.hashCode(accounts);
    }
  }

  /** Counts the transfers in its own memory, which is not the same on every member. */
  private static final class MoodyBank extends Bank {
    private final int mood = System.identityHashCode(this);

    @Override
    public long hash() {
      return super.hash() + mood;
    }
  }

  @SimulatedCluster(seeds = 100, members = 5, quorum = "counts(4,2)")
  void moneyIsNeitherMadeNorLost(SimulatedGroup group) {
    group.check(Bank::new, Bank::randomTransfer, bank -> assertThat(bank.total()).isEqualTo(1000));
  }

  @SimulatedCluster(seeds = 50)
  void membersAndQuorumsCanBeDrawn(SimulatedGroup group) {
    group.check(Bank::new, Bank::randomTransfer, bank -> assertThat(bank.total()).isEqualTo(1000));
  }

  @SimulatedCluster(seeds = 20, members = 3)
  void anInvariantThatDoesNotHoldNamesTheSeed(SimulatedGroup group) {
    assertThatThrownBy(
            () ->
                group.check(
                    Bank::new,
                    Bank::randomTransfer,
                    bank -> assertThat(bank.accounts[0]).as("account 0").isEqualTo(100)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed ")
        .hasMessageContaining("account 0")
        .hasMessageContaining("@SimulatedCluster(seeds = 1, from = ");
  }

  @SimulatedCluster(seeds = 20, members = 3)
  void aMachineThatIsNotDeterministicIsFound(SimulatedGroup group) {
    assertThatThrownBy(() -> group.check(MoodyBank::new, Bank::randomTransfer, bank -> {}))
        .hasMessageContaining("the members differ after slot");
  }

  @Test
  void aQuorumSystemThatIsNoneIsToldAtOnce() {
    assertThatThrownBy(() -> new SimulatedGroup(1, 1, 5, "counts(2,2)"))
        .hasMessageContaining("no member in common");
  }
}
