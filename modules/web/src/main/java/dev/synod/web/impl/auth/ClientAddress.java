package dev.synod.web.impl.auth;

import dev.synod.web.config.AddressRange;
import dev.synod.web.config.HostNames;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The address of the client of a request, also behind proxies that are trusted to tell it. */
final class ClientAddress {
  /** A provider gives each line a network of its own, from which a client takes what it likes. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private final AddressRange proxies;

  ClientAddress(List<String> trustedProxies) {
    this.proxies = new AddressRange(trustedProxies);
  }

  /**
   * The address nearest to the node that is not a trusted proxy's: of {@code X-Forwarded-For}, each
   * proxy appends the address that it was asked from, and what stands before that is only claimed.
   */
  String of(HttpServerRequest request) {
    String address = of(request.remoteAddress());
    if (!proxies.contains(address)) {
      return network(address);
    }
    List<String> forwarded =
        Arrays.asList(String.join(",", request.headers().getAll("X-Forwarded-For")).split(",", -1));
    for (int i = forwarded.size() - 1; i >= 0 && proxies.contains(address); i--) {
      String claimed = HostNames.ofAuthority(forwarded.get(i).strip());
      String bare = claimed != null ? claimed : HostNames.parse(forwarded.get(i).strip());
      if (bare == null || AddressRange.literal(bare) == null) {
        break; // what is no address was written by no proxy
      }
      address = bare;
    }
    return network(address);
  }

  static String of(@Nullable SocketAddress address) {
    return address == null ? "" : String.valueOf(address.hostAddress());
  }

  /** What is counted as one: an IPv4 address, or the network of an IPv6 address. */
  static String network(String address) {
    InetAddress literal = AddressRange.literal(address);
    byte[] bytes = literal == null ? new byte[0] : literal.getAddress();
    if (bytes.length <= IPV6_NETWORK_BYTES) {
      return address;
    }
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < IPV6_NETWORK_BYTES; i++) {
      network.append("%02x".formatted(bytes[i]));
    }
    return network.append("/64").toString();
  }
}
