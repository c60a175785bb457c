package dev.synod.bench.groups;

import dev.synod.vertx.impl.bus.Addresses;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;

/** What may happen to the members' messages on a node's event bus. */
final class MessageFilter {
  private MessageFilter() {}

  /** From now on what comes to the members on that node comes so many milliseconds late. */
  static void delay(Vertx node, int millis) {
    node.eventBus()
        .addInboundInterceptor(
            delivery -> {
              if (isOurs(delivery)) {
                // On the member's own context; timers of one length keep their order.
                node.setTimer(millis, ignored -> delivery.next());
              } else {
                delivery.next();
              }
            });
  }

  /**
   * From now on nothing comes to the members on that node, and nothing leaves them, as if its
   * process had been killed, but without the connections' end that would tell the others of it.
   *
   * @return undoes it
   */
  static Runnable cutOff(Vertx node) {
    Handler<DeliveryContext<Object>> wall =
        delivery -> {
          if (!isOurs(delivery)) {
            delivery.next();
          }
        };
    node.eventBus().addInboundInterceptor(wall).addOutboundInterceptor(wall);
    return () -> node.eventBus().removeInboundInterceptor(wall).removeOutboundInterceptor(wall);
  }

  private static boolean isOurs(DeliveryContext<?> delivery) {
    return delivery.message().address().startsWith(Addresses.PREFIX);
  }
}
