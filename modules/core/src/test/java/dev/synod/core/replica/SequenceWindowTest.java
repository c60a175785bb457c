package dev.synod.core.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SequenceWindowTest {
  private final SequenceWindow<String> sequenceWindow = new SequenceWindow<>();

  @Test
  void doesWhatATreeDoes() {
    for (long seed = 1; seed <= 50; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SequenceWindow<Long> ring = new SequenceWindow<>();
      TreeMap<Long, Long> tree = new TreeMap<>();
      long last = 0;
      int bias = random.nextInt(1, 10);
      for (int i = 0; i < 2_000; i++) {
        if (random.nextInt(10) < bias) {
          last += random.nextInt(5) == 0 ? random.nextInt(1, 40) : 1;
          ring.put(last, last);
          tree.put(last, last);
        } else {
          long number = last - random.nextInt(1 + (int) Math.min(last, 300));
          assertThat(ring.get(number)).isEqualTo(tree.get(number));
          assertThat(ring.remove(number)).isEqualTo(tree.remove(number));
        }
        assertThat(ring.size()).isEqualTo(tree.size());
        assertThat(ring.isEmpty()).isEqualTo(tree.isEmpty());
        if (!tree.isEmpty()) {
          assertThat(ring.first()).isEqualTo(tree.firstKey());
        }
        if (random.nextInt(500) == 0) {
          ring.clear();
          tree.clear();
        }
      }
      assertThat(ring.toList()).isEqualTo(List.copyOf(tree.values()));
    }
  }

  @Test
  void numbersRise() {
    sequenceWindow.put(5, "five");
    assertThatThrownBy(() -> sequenceWindow.put(5, "again")).hasMessage("5 does not follow 5");
    sequenceWindow.remove(5);
    assertThatThrownBy(() -> sequenceWindow.put(4, "late")).hasMessage("4 does not follow 5");
    assertThatThrownBy(() -> new SequenceWindow<String>().put(0, "none"))
        .hasMessage("0 does not follow 0");
  }

  @Test
  void whatIsOutsideIsNotThere() {
    sequenceWindow.put(70, "x");
    assertThat(sequenceWindow.get(6)).isNull();
    assertThat(sequenceWindow.get(134)).isNull();
    assertThat(sequenceWindow.remove(6)).isNull();
    assertThat(sequenceWindow.get(70)).isEqualTo("x");
  }
}
