package dev.synod.web.config;

import io.netty.util.NetUtil;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names and addresses of machines, as in the header {@code Host} and in the options. */
public final class HostNames {
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");

  private static final int MAX_NAME = 253;

  private HostNames() {}

  /**
   * Returns the canonical form of a name: lower case, without a dot at the end; an IPv6 address in
   * the form of RFC 5952, without brackets.
   *
   * @return null if the text is no name and no address
   */
  public static @Nullable String parse(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String inner = bracketed ? text.substring(1, text.length() - 1) : text;
    if (bracketed || inner.indexOf(':') >= 0) {
      boolean plain = inner.indexOf('%') < 0 && inner.indexOf('[') < 0;
      return plain && NetUtil.isValidIpV6Address(inner)
          ? NetUtil.toAddressString(NetUtil.getByName(inner))
          : null;
    }
    String name = inner.toLowerCase(Locale.ROOT);
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    return name.length() <= MAX_NAME && NAME.matcher(name).matches() ? name : null;
  }

  /**
   * Returns the host of a header {@code Host} or of an authority (RFC 9110, section 7.2).
   *
   * @return the host in the form of {@link #parse}; null if the text is neither {@code host} nor
   *     {@code host:port}
   */
  public static @Nullable String ofAuthority(String authority) {
    int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
    if (colon < 0) {
      return parse(authority);
    }
    String port = authority.substring(colon + 1);
    boolean digits = port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? parse(authority.substring(0, colon)) : null;
  }

  /** Tells whether a name in the form of {@link #parse} belongs to the loopback interface. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("::1")
        || (host.startsWith("127.") && NetUtil.isValidIpV4Address(host));
  }
}
