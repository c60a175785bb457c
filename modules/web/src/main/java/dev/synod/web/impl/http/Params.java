package dev.synod.web.impl.http;

import dev.synod.core.ReadLevel;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Parses and validates the parameters and headers of a request. */
public final class Params {
  /** The largest integer that JavaScript represents exactly. */
  public static final long MAX = (1L << 53) - 1;

  /** Maximum length of a map's name, in characters. */
  public static final int MAX_NAME = 128;

  private Params() {}

  /**
   * Refuses unknown and repeated query parameters.
   *
   * @param addressed parameters that name the resource, where the path does not
   * @throws ProblemException if there is one
   */
  public static void only(RoutingContext ctx, Set<String> known, String... addressed) {
    for (String name : ctx.queryParams().names()) {
      boolean names = List.of(addressed).contains(name) && ctx.pathParam(name) == null;
      if (!names && !known.contains(name)) {
        throw bad(
            String.format(
                Locale.ROOT,
                "there is no parameter \"%s\" here, only %s",
                name,
                known.isEmpty() ? "none" : String.join(", ", new TreeSet<>(known))));
      }
      if (ctx.queryParam(name).size() > 1) {
        throw bad("the parameter \"" + name + "\" stands there more than once");
      }
    }
  }

  public static @Nullable String text(RoutingContext ctx, String name) {
    List<String> values = ctx.queryParam(name);
    return values.isEmpty() ? null : values.get(0);
  }

  public static boolean flag(RoutingContext ctx, String name) {
    String text = text(ctx, name);
    if (text == null || text.equals("false")) {
      return false;
    } else if (text.equals("true")) {
      return true;
    }
    throw bad(
        String.format(
            Locale.ROOT, "the parameter \"%s\" must be true or false, not \"%s\"", name, text));
  }

  public static long number(
      RoutingContext ctx, String name, long otherwise, long least, long most) {
    String text = text(ctx, name);
    return text == null ? otherwise : number("the parameter \"" + name + "\"", text, least, most);
  }

  public static long number(String what, String text, long least, long most) {
    if (text.length() <= 16
        && text.chars().allMatch(c -> c >= '0' && c <= '9')
        && !text.isEmpty()) {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw bad(
        String.format(
            Locale.ROOT,
            "%s must be a whole number from %d to %d, not \"%s\"",
            what,
            least,
            most,
            text));
  }

  /**
   * Returns the read level given by {@code level}, {@code within} or {@code notBefore};
   * linearizable if there is none.
   */
  public static ReadLevel level(RoutingContext ctx) {
    List<String> given =
        Stream.of("level", "within", "notBefore").filter(name -> text(ctx, name) != null).toList();
    if (given.size() > 1) {
      throw bad("a read takes one of the parameters level, within and notBefore, not " + given);
    }
    if (given.isEmpty()) {
      return ReadLevel.LINEARIZABLE;
    }
    return switch (given.get(0)) {
      case "within" -> ReadLevel.bounded(number(ctx, "within", 0, 0, 3_600_000));
      case "notBefore" -> ReadLevel.notBefore(number(ctx, "notBefore", 0, 0, MAX));
      default -> named(String.valueOf(text(ctx, "level")));
    };
  }

  private static ReadLevel named(String text) {
    return switch (text) {
      case "linearizable" -> ReadLevel.LINEARIZABLE;
      case "lease" -> ReadLevel.LEASE;
      case "local" -> ReadLevel.LOCAL;
      default ->
          throw bad(
              "the parameter \"level\" must be linearizable, lease or local, not \"" + text + "\"");
    };
  }

  /** The name of the map, which stands in the path or in the parameter {@code map}. */
  public static String map(RoutingContext ctx) {
    String map = addressed(ctx, "map");
    String problem = mapProblem(map);
    if (problem != null) {
      throw bad(problem);
    }
    return map;
  }

  /** Returns the reason why a map name is invalid; null if it is valid. */
  public static @Nullable String mapProblem(String name) {
    return name.isEmpty() || name.length() > MAX_NAME
        ? "a map's name has 1 to " + MAX_NAME + " characters, not " + name.length()
        : null;
  }

  /** The key, which stands in the path or in the parameter {@code key}. */
  public static String key(RoutingContext ctx) {
    return addressed(ctx, "key");
  }

  private static String addressed(RoutingContext ctx, String name) {
    String inPath = ctx.pathParam(name);
    String text = inPath != null ? inPath : text(ctx, name);
    if (text == null || text.isEmpty()) {
      throw bad("the parameter \"" + name + "\" is missing");
    }
    return text;
  }

  public static ProblemException bad(String detail) {
    return new ProblemException(Problem.BAD_REQUEST, detail);
  }
}
