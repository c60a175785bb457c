package dev.synod.vertx.config;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import java.util.ArrayList;
import java.util.List;

/** Doors that stand half open: what a configuration leaves to whoever can reach the machine. */
public final class ExposureCheck {
  private ExposureCheck() {}

  /**
   * What is open about an event bus, in words; empty if nothing is. An application that embeds a
   * member does well to log it when it starts.
   */
  public static List<String> of(EventBusOptions bus) {
    List<String> open = new ArrayList<>();
    if (!bus.isSsl()) {
      if (!isLoopback(bus.getHost())) {
        open.add(
            "the event bus is not encrypted: whoever reaches "
                + bus.getHost()
                + " can read and forge what members say; use TLS, or a network of their own");
      }
      return open;
    }
    if (bus.isTrustAll() || bus.getTrustOptions() == null) {
      open.add(
          "the event bus trusts every certificate: setSsl(true) alone proves nothing about the other"
              + " side; name a CA (setTrustOptions) and trust nobody else (setTrustAll(false))");
    }
    if (bus.getClientAuth() != ClientAuth.REQUIRED) {
      open.add(
          "the event bus asks for no certificate of who connects: anybody can; require it"
              + " (setClientAuth)");
    }
    return open;
  }

  /** Whether only this machine can reach it, as far as its name tells. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }
}
