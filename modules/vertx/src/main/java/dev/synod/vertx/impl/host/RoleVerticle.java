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

/**
 * One role of a member at its event-bus address. It passes incoming messages to the role's core
 * class.
 */
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

  /** Returns the role. */
  Role role() {
    return role;
  }

  /** Returns the event-bus address of this role. */
  String address() {
    return address;
  }

  /**
   * Registers the address. The future completes when every node of the cluster can know the
   * address, and also when the cluster manager failed to publish it: {@link AddressKeeper}
   * publishes it later, so that a member can start while the network is partitioned.
   */
  @Override
  public Future<?> start() {
    return register()
        .recover(
            failure -> {
              LOG.warn(
                  "The address {} could not be published yet: {}", address, failure.getMessage());
              return Future.succeededFuture();
            });
  }

  /** Publishes the address, again if it was published before. Called on the member's context. */
  Future<Void> register() {
    MessageConsumer<Object> old = consumer;
    MessageConsumer<Object> made = vertx.eventBus().consumer(address);
    consumer = made;
    // The consumer is never paused, because a paused consumer drops messages beyond a thousand.
    made.handler(message -> inbound.accept(message.body()));
    // The old consumer ends after the new one is registered, so that no message is missed.
    return old == null
        ? made.completion()
        : made.completion().eventually(() -> old.unregister().otherwiseEmpty());
  }

  @Override
  public Future<?> stop() {
    return consumer == null ? Future.succeededFuture() : consumer.unregister();
  }

  /** Drops the unfinished chunks of a member that has left. */
  void forget(String name) {
    inbound.forget(name);
  }

  /** Returns the number of large messages that were dropped because a part was lost. */
  public long incomplete() {
    return inbound.incomplete();
  }

  /** Returns the number of malformed frames that were dropped. */
  public long badFrames() {
    return inbound.bad();
  }
}
