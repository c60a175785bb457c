package dev.synod.vertx.impl.host;

import dev.synod.vertx.SynodException;
import dev.synod.vertx.config.NameRule;
import dev.synod.vertx.impl.bus.Addresses;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The event-bus address at which a new client asks for the members of a group. All members answer
 * at the same address, and the event bus chooses one of them; a member that accepts no clients says
 * so. At a second address, its own, a member tells that it runs, also before the group has accepted
 * it. The class also drops the state of processes that are gone: clients, and members that have
 * left. Used on the member's context only.
 */
public final class DiscoveryEndpoint {
  /**
   * Interval of the check for idle links: a client or a former member to which nothing was sent in
   * between is gone.
   */
  private static final long LOOK_MILLIS = 60_000;

  /** Between two questions to a member that is not up yet. */
  private static final long AGAIN_MILLIS = 100;

  private static final int REFUSED = 403;
  private static final int NOT_YET = 503;

  private final Vertx vertx;
  private final String address;
  private final String ownAddress;
  private final MemberHost host;
  private final List<RoleVerticle> roles;
  private final String refusal;
  private @Nullable MessageConsumer<Object> consumer;
  private @Nullable MessageConsumer<Object> ownConsumer;
  private long timer = -1;

  /**
   * Creates the endpoint of one member.
   *
   * @param refusal reason why no client is accepted; empty if clients are accepted
   */
  public DiscoveryEndpoint(
      Vertx vertx,
      String group,
      String member,
      MemberHost host,
      List<RoleVerticle> roles,
      String refusal) {
    this.vertx = vertx;
    this.address = Addresses.discovery(group);
    this.ownAddress = Addresses.presence(group, member);
    this.host = host;
    this.roles = roles;
    this.refusal = refusal;
  }

  public void open() {
    MessageConsumer<Object> made = vertx.eventBus().consumer(address);
    consumer = made;
    made.handler(this::answer);
    ownConsumer = vertx.eventBus().consumer(ownAddress, question -> question.reply(null));
    timer = vertx.setPeriodic(LOOK_MILLIS, ignored -> look());
  }

  public void close() {
    vertx.cancelTimer(timer);
    if (consumer != null) {
      consumer.unregister();
    }
    if (ownConsumer != null) {
      ownConsumer.unregister();
    }
  }

  private void answer(Message<Object> question) {
    List<String> members = host.member().configurations().members();
    if (!refusal.isEmpty()) {
      question.fail(REFUSED, refusal);
    } else if (members.isEmpty()) {
      question.fail(NOT_YET, "this member does not know its group yet");
    } else {
      question.reply(new JsonArray(members));
    }
  }

  private void look() {
    if (host.stopped() == null) {
      var configurations = host.member().configurations();
      for (String gone : host.outbound().forgetIdle(name -> !configurations.isMember(name))) {
        host.forget(gone);
        roles.forEach(role -> role.forget(gone));
      }
    }
  }

  /**
   * Asks a member whether it runs, repeatedly until it answers.
   *
   * @param millis duration of the attempts, in milliseconds
   * @return a future with false if the member has not answered by then: it was never started, is
   *     unreachable or is paused
   */
  public static Future<Boolean> isUp(Vertx vertx, String group, String member, long millis) {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return vertx
        .eventBus()
        .request(
            Addresses.presence(group, member),
            null,
            new DeliveryOptions().setSendTimeout(Math.max(1, millis)))
        .map(true)
        .recover(
            silent -> {
              long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
              return left <= AGAIN_MILLIS
                  ? Future.succeededFuture(false)
                  : vertx
                      .timer(AGAIN_MILLIS)
                      .compose(again -> isUp(vertx, group, member, left - AGAIN_MILLIS));
            });
  }

  /**
   * Asks one of the members for the names of all.
   *
   * @param millis timeout
   * @return the members' names; the future fails with {@link SynodException.NotAdmitted} if no
   *     client is accepted, and with another exception if no member answered
   */
  static Future<List<String>> ask(Vertx vertx, String group, long millis) {
    return vertx
        .eventBus()
        .<JsonArray>request(
            Addresses.discovery(group),
            new JsonArray(),
            new DeliveryOptions().setSendTimeout(Math.max(1, millis)))
        .map(answer -> names(answer.body()))
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof ReplyException reply
                            && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
                            && reply.failureCode() == REFUSED
                        ? new SynodException.NotAdmitted(String.valueOf(reply.getMessage()))
                        : failure));
  }

  private static List<String> names(@Nullable JsonArray answer) {
    List<String> names = new ArrayList<>();
    if (answer != null) {
      for (Object name : answer) {
        if (name instanceof String text && NameRule.isName(text)) {
          names.add(text);
        }
      }
    }
    return names;
  }
}
