package dev.synod.web.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A set of IP addresses, given as addresses and as ranges in CIDR notation (RFC 4632). */
public final class AddressRange {
  private final List<IpSubnetFilterRule> rules;

  /**
   * Creates the set.
   *
   * @throws IllegalArgumentException if an element is neither an address nor a range
   */
  public AddressRange(List<String> ranges) {
    rules = ranges.stream().map(AddressRange::rule).toList();
  }

  private static IpSubnetFilterRule rule(String range) {
    int slash = range.indexOf('/');
    InetAddress address = literal(slash < 0 ? range : range.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(
          range + " is neither an IP address nor a range in CIDR notation");
    }
    int bits = 8 * address.getAddress().length;
    return new IpSubnetFilterRule(
        address,
        slash < 0 ? bits : Integer.parseInt(range.substring(slash + 1)),
        IpFilterRuleType.ACCEPT);
  }

  /** Returns the address that the text spells; null if it spells none. Names are not resolved. */
  public static @Nullable InetAddress literal(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text)
        ? NetUtil.createInetAddressFromIpAddressString(text)
        : null;
  }

  /** Tells whether a text is an IP address or a range. */
  static boolean isRange(String range) {
    try {
      rule(range);
      return true;
    } catch (IllegalArgumentException wrong) {
      return false;
    }
  }

  /** Tells whether the set contains an address; false for a text that is no address. */
  public boolean contains(String address) {
    InetAddress literal = literal(address);
    return literal != null
        && rules.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(literal, 0)));
  }
}
