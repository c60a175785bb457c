package dev.synod.vertx.impl.host;

import dev.synod.core.Role;
import dev.synod.vertx.impl.bus.Addresses;
import dev.synod.vertx.impl.bus.Inbound;
import dev.synod.vertx.impl.bus.LinkLimits;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One role of a member at its address: what comes there is handed to the role's core class. */
public abstract class RoleVerticle extends VerticleBase {
  private static final Logger LOG = LoggerFactory.getLogger(RoleVerticle.class);

  private final Role role;
  private final String address;
  private final Inbound inbound;
  private @Nullable MessageConsumer<Object> consumer;

  RoleVerticle(Role role, String group, String member, MemberHost host) {
    this.role = role;
    this.address = Addresses.of(group, member, role);
    this.inbound =
        new Inbound(group, role, other -> !other.equals(member), LinkLimits.DEFAULT, host::receive);
  }

  /** Which it is. */
  Role role() {
    return role;
  }

  /** Where frames for this role come. */
  String address() {
    return address;
  }

  /**
   * Completes when every node of the cluster can know the address; or when the cluster manager
   * could not take it: {@link AddressKeeper} sees to it later, and a member that started among cut
   * links is better than none.
   */
  @Override
  public Future<?> start() {
    return register()
        .recover(
            failure -> {
              LOG.warn("Where {} is could not be published yet: {}", address, failure.getMessage());
              return Future.succeededFuture();
            });
  }

  /** Makes the address known, again if it was known before. On the member's context. */
  Future<Void> register() {
    MessageConsumer<Object> old = consumer;
    MessageConsumer<Object> made = vertx.eventBus().consumer(address);
    consumer = made;
    // Never paused: a paused consumer of over a thousand messages drops them.
    made.handler(message -> inbound.accept(message.body()));
    // The old one goes when the new one is there, so that nothing is missed between them.
    return old == null
        ? made.completion()
        : made.completion().eventually(() -> old.unregister().otherwiseEmpty());
  }

  @Override
  public Future<?> stop() {
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  /** Forgets what that one, who is gone, had begun to send. */
  void forget(String name) {
    inbound.forget(name);
  }

  /** Frames dropped because something was wrong with them. */
  public long badFrames() {
    return inbound.bad();
  }
}
