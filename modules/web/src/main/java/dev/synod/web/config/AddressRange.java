package dev.synod.web.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** IP addresses of a list of single ones and of ranges in CIDR notation (RFC 4632). */
public final class AddressRange {
  private final List<IpSubnetFilterRule> rules;

  /**
   * The ranges of a list.
   *
   * @throws IllegalArgumentException if one of them is no range
   */
  public AddressRange(List<String> ranges) {
    rules = ranges.stream().map(AddressRange::rule).toList();
  }

  private static IpSubnetFilterRule rule(String range) {
    int slash = range.indexOf('/');
    InetAddress address = literal(slash < 0 ? range : range.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(range + " is no IP address and no range of them");
    }
    int bits = 8 * address.getAddress().length;
    return new IpSubnetFilterRule(
        address,
        slash < 0 ? bits : Integer.parseInt(range.substring(slash + 1)),
        IpFilterRuleType.ACCEPT);
  }

  /** The address that a text spells; null if it spells none. A name is never looked up. */
  public static @Nullable InetAddress literal(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text)
        ? NetUtil.createInetAddressFromIpAddressString(text)
        : null;
  }

  /** Whether a text is an IP address or a range of them. */
  static boolean isRange(String range) {
    try {
      rule(range);
      return true;
    } catch (IllegalArgumentException wrong) {
      return false;
    }
  }

  /** Whether an address, as text, is in one of the ranges; false for what is no address. */
  public boolean contains(String address) {
    InetAddress literal = literal(address);
    return literal != null
        && rules.stream().anyMatch(rule -> rule.matches(new InetSocketAddress(literal, 0)));
  }
}
