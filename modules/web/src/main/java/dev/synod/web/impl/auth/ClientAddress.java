package dev.synod.web.impl.auth;

import dev.synod.web.config.AddressRange;
import dev.synod.web.config.HostNames;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the address of a client, also behind trusted proxies. */
final class ClientAddress {
  /** Length of the network that a provider assigns to one line. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private final AddressRange proxies;

  ClientAddress(List<String> trustedProxies) {
    this.proxies = new AddressRange(trustedProxies);
  }

  /**
   * Returns the address nearest to the node that is not the address of a trusted proxy. Each proxy
   * appends the address of its client to {@code X-Forwarded-For}; the entries before are unproven.
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
        break; // no proxy has written this entry
      }
      address = bare;
    }
    return network(address);
  }

  static String of(@Nullable SocketAddress address) {
    return address == null ? "" : String.valueOf(address.hostAddress());
  }

  /** Returns the unit of counting: an IPv4 address, or the network of an IPv6 address. */
  static String network(String address) {
    InetAddress literal = AddressRange.literal(address);
    byte[] bytes = literal == null ? new byte[0] : literal.getAddress();
    if (bytes.length <= IPV6_NETWORK_BYTES) {
      return address;
    }
    StringBuilder network = new StringBuilder();
    for (int i = 0; i < IPV6_NETWORK_BYTES; i++) {
      network.append(String.format(Locale.ROOT, "%02x", bytes[i]));
    }
    return network.append("/64").toString();
  }
}
