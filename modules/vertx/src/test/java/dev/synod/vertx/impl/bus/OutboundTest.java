package dev.synod.vertx.impl.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.core.Role;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Command;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.Messages;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.test.fakecluster.FakeClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundTest {
  private static final Ballot BALLOT = new Ballot(1, "n1");

  private final List<Vertx> nodes = new ArrayList<>();
  private final List<Frame> frames = new CopyOnWriteArrayList<>();
  private final List<Message> received = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    nodes.forEach(vertx -> vertx.close().await());
  }

  private Vertx single() {
    Vertx vertx = Vertx.vertx();
    nodes.add(vertx);
    return vertx;
  }

  private Vertx clustered() {
    Vertx vertx =
        Vertx.builder()
            .with(new VertxOptions().setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
            .withClusterManager(new FakeClusterManager())
            .buildClustered()
            .await();
    nodes.add(vertx);
    return vertx;
  }

  private void host(Vertx vertx, String member) {
    FrameCodec.register(vertx);
    Inbound inbound =
        new Inbound(
            "g",
            Role.ACCEPTOR,
            "n1"::equals,
            LinkLimits.DEFAULT,
            (from, messages) -> received.addAll(messages));
    vertx
        .eventBus()
        .consumer(
            Addresses.of("g", member, Role.ACCEPTOR),
            message -> {
              frames.add((Frame) message.body());
              inbound.accept(message.body());
            })
        .completion()
        .await();
  }

  private static <T> T on(Context context, Callable<T> action) {
    return Future.<T>future(
            promise ->
                context.runOnContext(
                    ignored -> {
                      try {
                        promise.complete(action.call());
                      } catch (Exception e) {
                        promise.fail(e);
                      }
                    }))
        .await();
  }

  private static Context context(Vertx vertx) {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  private static Message.Accept accept(long slot, int payload) {
    Value value = new Value.Builder().add(new Command(1, slot, 0, new byte[payload])).build(slot);
    return new Message.Accept(BALLOT, slot, value, 0);
  }

  @Test
  void membersInOneVertxGetTheVeryObjectsInOneFrameForATurn() {
    Vertx vertx = single();
    host(vertx, "n2");
    Context context = context(vertx);
    Outbound outbound =
        new Outbound(vertx, context, Messages.origin("g", "n1", 5), LinkLimits.DEFAULT);
    Message first = accept(1, 10);
    Message second = accept(2, 200_000);
    on(
        context,
        () -> {
          outbound.send("n2", first);
          outbound.send("n2", second);
          return null;
        });
    await().until(() -> received.size() == 2);
    assertThat(frames).hasSize(1);
    assertThat(received.get(0)).isSameAs(first);
    assertThat(received.get(1)).isSameAs(second);
  }

  @Test
  void membersOnTwoNodesGetSmallAndLargeMessages() {
    Vertx one = clustered();
    Vertx two = clustered();
    host(two, "n2");
    Context context = context(one);
    Outbound outbound =
        new Outbound(one, context, Messages.origin("g", "n1", 5), LinkLimits.DEFAULT);
    on(
        context,
        () -> {
          outbound.send("n2", accept(1, 300_000));
          outbound.send("n2", new Message.Heartbeat(BALLOT, 1, 7, 0));
          outbound.send("n2", accept(2, 100));
          return null;
        });
    await()
        .untilAsserted(
            () ->
                assertThat(received)
                    .as("traffic %s, frames %s", on(context, outbound::linkStats), frames)
                    .hasSize(3));
    assertThat(received)
        .containsExactly(
            new Message.Heartbeat(BALLOT, 1, 7, 0), accept(2, 100), accept(1, 300_000));
    assertThat(frames).hasSize(1 + 5);
    LinkStats linkStats = on(context, outbound::linkStats);
    assertThat(linkStats).isEqualTo(new LinkStats(6, 3, 5, 0, 0, 0, 0, 0));
  }

  @Test
  void twoMembersOnOneClusteredNodeGetTheVeryObjects() {
    Vertx vertx = clustered();
    host(vertx, "n2");
    Context context = context(vertx);
    Outbound outbound =
        new Outbound(vertx, context, Messages.origin("g", "n1", 5), LinkLimits.DEFAULT);
    Message message = accept(1, 10);
    on(
        context,
        () -> {
          outbound.send("n2", message);
          return null;
        });
    await().until(() -> received.size() == 1);
    assertThat(received.get(0)).isSameAs(message);
  }

  @Test
  void sendsToAMemberThatIsNotThereAreFewAndEndWhenItComes() {
    Vertx vertx = single();
    Context context = context(vertx);
    Outbound outbound =
        new Outbound(vertx, context, Messages.origin("g", "n1", 5), LinkLimits.DEFAULT);
    for (int i = 0; i < 100; i++) {
      beat(context, outbound, i);
    }
    LinkStats dead = on(context, outbound::linkStats);
    assertThat(dead.failedWrites()).isBetween(1L, 20L);
    assertThat(dead.droppedInBackOff()).isEqualTo(100 - dead.frames());
    host(vertx, "n2");
    await()
        .until(
            () -> {
              beat(context, outbound, 1);
              return !received.isEmpty();
            });
  }

  private static void beat(Context context, Outbound outbound, int number) {
    on(
        context,
        () -> {
          outbound.send("n2", new Message.Heartbeat(BALLOT, number, 7, 0));
          outbound.flush();
          return null;
        });
  }

  @Test
  void aMemberThatLeftIsForgottenAndWhatItGotStaysCounted() {
    Vertx vertx = single();
    host(vertx, "n2");
    Context context = context(vertx);
    Outbound outbound =
        new Outbound(vertx, context, Messages.origin("g", "n1", 5), LinkLimits.DEFAULT);
    beat(context, outbound, 1);
    on(
        context,
        () -> {
          outbound.send("n2", new Message.Heartbeat(BALLOT, 2, 7, 0));
          outbound.forget("n2");
          return null;
        });
    LinkStats linkStats = on(context, outbound::linkStats);
    assertThat(linkStats.messages()).isEqualTo(1);
  }
}
