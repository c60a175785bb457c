package dev.synod.storage.log;

import dev.synod.core.message.SlotRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A set of slots, stored as ranges that neither overlap nor touch. */
final class SlotSet {
  private final TreeMap<Long, Long> lastByFirst = new TreeMap<>();

  boolean isEmpty() {
    return lastByFirst.isEmpty();
  }

  void add(long first, long last) {
    if (first > last) {
      return;
    }
    long from = first;
    long to = last;
    Map.Entry<Long, Long> left = lastByFirst.lowerEntry(from);
    if (left != null && left.getValue() >= from - 1) {
      from = left.getKey();
      to = Math.max(to, left.getValue());
    }
    for (Map.Entry<Long, Long> next = lastByFirst.ceilingEntry(from);
        next != null && next.getKey() - 1 <= to;
        next = lastByFirst.ceilingEntry(from)) {
      to = Math.max(to, next.getValue());
      lastByFirst.remove(next.getKey());
    }
    lastByFirst.put(from, to);
  }

  void remove(long first, long last) {
    Map.Entry<Long, Long> range = lastByFirst.floorEntry(last);
    while (range != null && range.getValue() >= first) {
      lastByFirst.remove(range.getKey());
      if (range.getValue() > last) {
        lastByFirst.put(last + 1, range.getValue());
      }
      if (range.getKey() < first) {
        lastByFirst.put(range.getKey(), first - 1);
      }
      range = lastByFirst.floorEntry(last);
    }
  }

  List<SlotRange> ranges() {
    List<SlotRange> ranges = new ArrayList<>(lastByFirst.size());
    lastByFirst.forEach((first, last) -> ranges.add(new SlotRange(first, last)));
    return ranges;
  }
}
