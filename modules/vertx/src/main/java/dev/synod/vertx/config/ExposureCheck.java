package dev.synod.vertx.config;

import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import java.util.ArrayList;
import java.util.List;

/** Reports configurations that leave the event bus open to other machines on the network. */
public final class ExposureCheck {
  private ExposureCheck() {}

  /**
   * Returns a warning for each unprotected aspect of an event bus; empty if there is none. An
   * application that embeds a member should log the warnings at its start.
   */
  public static List<String> of(EventBusOptions bus) {
    List<String> open = new ArrayList<>();
    if (!bus.isSsl()) {
      if (!isLoopback(bus.getHost())) {
        open.add(
            "the event bus is not encrypted: a machine that reaches "
                + bus.getHost()
                + " can read and forge the members' messages; use TLS or a separate network");
      }
      return open;
    }
    if (bus.isTrustAll() || bus.getTrustOptions() == null) {
      open.add(
          "the event bus trusts every certificate: setSsl(true) alone does not authenticate the"
              + " other side; set a CA with setTrustOptions (setTrustAll(false))");
    }
    if (bus.getClientAuth() != ClientAuth.REQUIRED) {
      open.add(
          "the event bus accepts connections without a client certificate; require one"
              + " (setClientAuth)");
    }
    return open;
  }

  /** Tells whether a host name or address denotes this machine only. */
  public static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("::1");
  }
}
