package dev.synod.fuzzing;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Makes one example of each kind that a sealed interface permits, so that a test notices a new kind
 * that a chain of {@code instanceof} has no branch for. (Java 17 has no switch over sealed types.)
 */
public final class Kinds {
  private final Map<Class<?>, Object> given;

  /**
   * @param given examples of the types that are neither records nor enums, by type
   */
  public Kinds(Map<Class<?>, Object> given) {
    this.given = Map.copyOf(given);
  }

  /** One example of each record that the interface permits, directly or through others. */
  public <T> List<T> of(Class<T> sealed) {
    return leaves(sealed).map(kind -> sealed.cast(example(kind))).toList();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    Class<?>[] permitted = type.getPermittedSubclasses();
    return permitted == null ? Stream.of(type) : Arrays.stream(permitted).flatMap(Kinds::leaves);
  }

  private Object example(Class<?> type) {
    Object known = given.get(type);
    if (known != null) {
      return known;
    } else if (type == long.class) {
      return 1L;
    } else if (type == int.class) {
      return 1;
    } else if (type == boolean.class) {
      return false;
    } else if (type == byte[].class) {
      return new byte[1];
    } else if (type == String.class) {
      return "a";
    } else if (type == List.class) {
      return List.of();
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0];
    } else if (type.isRecord()) {
      return made(type);
    }
    throw new IllegalArgumentException("no example of " + type + " was given");
  }

  private Object made(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    try {
      return type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
          .newInstance(
              Arrays.stream(components).map(RecordComponent::getType).map(this::example).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make an example of " + type, e);
    }
  }
}
