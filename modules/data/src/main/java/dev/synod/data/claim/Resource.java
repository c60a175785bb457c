package dev.synod.data.claim;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A resource with claims. A resource without a claim is forgotten. */
final class Resource {
  final ResourceKind kind;
  final String name;

  /** Number of permits. */
  final int capacity;

  /** Granted claims by their token. */
  final TreeMap<Long, Claim> granted = new TreeMap<>();

  /** Waiting claims by their order. */
  final TreeMap<Long, Claim> waiting = new TreeMap<>();

  /** Number of granted permits. */
  int used;

  Resource(ResourceKind kind, String name, int capacity) {
    this.kind = kind;
    this.name = name;
    this.capacity = capacity;
  }

  boolean isEmpty() {
    return granted.isEmpty() && waiting.isEmpty();
  }

  /** Tells whether a claim that arrives now is granted at once: no other claim is overtaken. */
  boolean admits(int permits) {
    return waiting.isEmpty() && permits <= capacity - used;
  }

  /** Returns the waiting claim that is to be granted next; null if there is none. */
  @Nullable Claim next() {
    Map.Entry<Long, Claim> first = waiting.firstEntry();
    return first != null && first.getValue().permits() <= capacity - used ? first.getValue() : null;
  }
}
