package dev.synod.storage.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.core.message.SlotRange;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SlotSetTest {
  @Property
  void aSlotSetHoldsTheSameSlotsAsASetOfSingleSlots(
      @ForAll List<@IntRange(min = 0, max = 1999) Integer> steps) {
    SlotSet set = new SlotSet();
    TreeSet<Long> model = new TreeSet<>();
    for (int step : steps) {
      long first = 1L + step / 2 % 100;
      long last = first + step / 200;
      if (step % 2 == 0) {
        set.add(first, last);
      } else {
        set.remove(first, last);
      }
      for (long slot = first; slot <= last; slot++) {
        if (step % 2 == 0) {
          model.add(slot);
        } else {
          model.remove(slot);
        }
      }
    }
    long end = -1;
    for (SlotRange range : set.ranges()) {
      assertThat(range.first()).isGreaterThan(end + 1);
      for (long slot = range.first(); slot <= range.last(); slot++) {
        assertThat(model.remove(slot)).isTrue();
      }
      end = range.last();
    }
    assertThat(model).isEmpty();
  }

  @Example
  void theRestOfTheLogIsARangeToo() {
    SlotSet set = new SlotSet();
    set.add(5, Long.MAX_VALUE);
    set.remove(7, 7);
    set.add(1, 3);
    set.add(4, 4);
    assertThat(set.ranges()).containsExactly(new SlotRange(1, 6), new SlotRange(8, Long.MAX_VALUE));
    set.remove(1, Long.MAX_VALUE);
    assertThat(set.isEmpty()).isTrue();
  }
}
