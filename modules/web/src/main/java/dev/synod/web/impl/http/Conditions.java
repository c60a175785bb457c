package dev.synod.web.impl.http;

import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The conditions {@code If-Match} and {@code If-None-Match} of a request (RFC 9110, section 13.1),
 * for a resource whose entity tag is its version in quotes, after the identity of the group's
 * history: {@code "3f2a9c0b51d7e864-17"}. A version of another history matches nothing; a version
 * without an identity is one of the present history.
 *
 * @param match the tags of {@code If-Match}; null if there is no such header
 * @param noneMatch the tags of {@code If-None-Match}; null if there is no such header
 */
public record Conditions(@Nullable Tags match, @Nullable Tags noneMatch) {
  /** One element of a list, and the comma after it or the end; section 8.8.3. */
  private static final Pattern ELEMENT =
      Pattern.compile("[ \\t]*(?:(W/)?\"([\\x21\\x23-\\x7e\\x80-\\xff]*)\")?[ \\t]*(?:,|$)");

  /**
   * A list of tags. A tag that is no version matches no entry.
   *
   * @param any whether the list is {@code *}
   * @param strong versions of the strong tags
   * @param all versions of all tags
   */
  record Tags(boolean any, Set<Long> strong, Set<Long> all) {}

  /**
   * Returns the conditions of a request.
   *
   * @throws ProblemException if a header is no list of tags
   */
  public static Conditions of(RoutingContext ctx) {
    return read(ctx, "");
  }

  /**
   * Returns the conditions of a request for a resource of the group.
   *
   * @param identity identity of the group's history; empty while the member belongs to no group
   * @throws ProblemException if a header is no list of tags, or if it names a version while the
   *     member belongs to no group: which history the version is of is not known then
   */
  public static Conditions of(RoutingContext ctx, String identity) {
    Conditions conditions = read(ctx, identity);
    if (identity.isEmpty() && conditions.namesVersion()) {
      throw ProblemException.noGroup();
    }
    return conditions;
  }

  private boolean namesVersion() {
    return (match != null && !match.any) || (noneMatch != null && !noneMatch.any);
  }

  private static Conditions read(RoutingContext ctx, String identity) {
    return new Conditions(tags(ctx, "If-Match", identity), tags(ctx, "If-None-Match", identity));
  }

  /** Returns the entity tag of a version in the history of that identity. */
  public static String tag(String identity, long version) {
    return "\"" + identity + "-" + version + "\"";
  }

  private static @Nullable Tags tags(RoutingContext ctx, String header, String identity) {
    List<String> fields = ctx.request().headers().getAll(header);
    if (fields.isEmpty()) {
      return null;
    }
    String list = String.join(",", fields).strip();
    if (list.equals("*")) {
      return new Tags(true, Set.of(), Set.of());
    }
    Set<Long> strong = new HashSet<>();
    Set<Long> all = new HashSet<>();
    boolean some = false;
    Matcher elements = ELEMENT.matcher(list);
    int end = 0;
    while (end < list.length() && elements.find(end) && elements.start() == end) {
      end = elements.end();
      if (elements.group(2) != null) {
        some = true;
        long version = version(elements.group(2), identity);
        all.add(version);
        if (elements.group(1) == null) {
          strong.add(version);
        }
      }
    }
    if (end < list.length() || !some) {
      throw Params.bad(
          String.format(
              Locale.ROOT,
              "the header %s must be * or entity tags in quotes, like \"17\", not %s",
              header,
              list));
    }
    return new Tags(false, strong, all);
  }

  /** Returns the version of a tag; -1, which no entry has, if the tag is of another history. */
  private static long version(String tag, String identity) {
    String own = identity + "-";
    return version(tag.startsWith(own) ? tag.substring(own.length()) : tag);
  }

  /** Returns the version; -1 if the text is none. */
  private static long version(String tag) {
    boolean number =
        !tag.isEmpty()
            && tag.length() <= 16
            && tag.charAt(0) != '0'
            && tag.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Long.parseLong(tag) : -1;
  }

  /** Tells whether there is no condition. */
  public boolean isEmpty() {
    return match == null && noneMatch == null;
  }

  /** Tells whether the only condition is that the entry is present. */
  public boolean isPresent() {
    return match != null && match.any && noneMatch == null;
  }

  /** Tells whether the only condition is that the entry is absent. */
  public boolean isAbsent() {
    return noneMatch != null && noneMatch.any && match == null;
  }

  /** Returns the version if the only condition is one strong tag; otherwise -1. */
  public long single() {
    return match != null && noneMatch == null && match.all.size() == 1 && match.strong.size() == 1
        ? match.strong.iterator().next()
        : -1;
  }

  /**
   * Tells whether {@code If-Match} is met: tags are compared strongly, and an absent entry has no
   * tag.
   *
   * @param version version of the entry; 0 if it is absent
   */
  public boolean matches(long version) {
    return match == null || (version > 0 && (match.any || match.strong.contains(version)));
  }

  /** Tells whether {@code If-None-Match} is met: tags are compared weakly. */
  public boolean isNew(long version) {
    return noneMatch == null || version == 0 || !(noneMatch.any || noneMatch.all.contains(version));
  }

  /** Tells whether both conditions are met. */
  public boolean hold(long version) {
    return matches(version) && isNew(version);
  }

  /** Refuses a request with a condition, because its resource has no version. */
  public static void refuse(RoutingContext ctx) {
    if (!of(ctx).isEmpty()) {
      throw new ProblemException(
          Problem.PRECONDITION_FAILED,
          ctx.request().path() + " has no version, so a condition on its version is not met");
    }
  }
}
