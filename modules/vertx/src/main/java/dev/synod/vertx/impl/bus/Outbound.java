package dev.synod.vertx.impl.bus;

import dev.synod.core.Role;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Message;
import dev.synod.vertx.impl.frame.Frame;
import dev.synod.vertx.impl.frame.FrameCodec;
import dev.synod.vertx.impl.frame.FrameHeader;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageProducer;
import io.vertx.core.tracing.TracingPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * The messages that one member sends to the roles of the others. It collects messages and sends one
 * frame to each role at the end of the event loop's current work, so that the replies to frames
 * which arrived together leave together. Used on the member's context only.
 */
public final class Outbound {
  private final Vertx vertx;
  private final Context context;
  private FrameHeader self;
  private final LinkLimits linkLimits;
  private final DeliveryOptions delivery =
      new DeliveryOptions().setCodecName(FrameCodec.NAME).setTracingPolicy(TracingPolicy.IGNORE);
  private final Map<String, Map<Role, Link>> links = new HashMap<>();
  private final List<Link> toFlush = new ArrayList<>();
  private final Handler<Void> flush = ignored -> flush();

  /** Number of frames sent to each member at the last search for idle ones. */
  private final Map<String, Long> before = new HashMap<>();

  private LinkStats forgotten = LinkStats.NONE;
  private boolean flushComes;

  /** Creates the outbound side, and registers the codec if necessary. */
  public Outbound(Vertx vertx, Context context, FrameHeader self, LinkLimits linkLimits) {
    this.vertx = vertx;
    this.context = context;
    this.self = self;
    this.linkLimits = linkLimits;
    FrameCodec.register(vertx);
  }

  /** Changes the epoch in this member's frames. */
  public void enter(Epoch epoch) {
    self = self.in(epoch);
  }

  /**
   * Sends the message to its role of another member.
   *
   * @throws IllegalArgumentException if the message cannot be encoded, which is a bug
   */
  public void send(String member, Message message) {
    Map<Role, Link> roles = links.computeIfAbsent(member, this::open);
    Link link = Objects.requireNonNull(roles.get(message.recipient()));
    link.send(message);
    flushLater(link);
  }

  private void flushLater(Link link) {
    if (!toFlush.contains(link)) { // few at most: one for each role of each member
      toFlush.add(link);
    }
    if (!flushComes) {
      flushComes = true;
      context.runOnContext(flush);
    }
  }

  /** Sends the collected messages now; otherwise they leave after the event loop's current work. */
  public void flush() {
    flushComes = false;
    List<Link> links = List.copyOf(toFlush);
    toFlush.clear(); // first, because a write that fails immediately requests another flush
    links.forEach(Link::flush);
  }

  private Map<Role, Link> open(String member) {
    Map<Role, Link> roles = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      MessageProducer<Frame> bus =
          vertx.eventBus().sender(Addresses.of(self.group(), member, role), delivery);
      BackOff backOff = new BackOff(linkLimits, System::nanoTime, ThreadLocalRandom.current());
      roles.put(
          role,
          new Link(
              () -> self,
              role,
              !vertx.isClustered(),
              linkLimits,
              backOff,
              bus::write,
              this::flushLater));
    }
    return roles;
  }

  /** Ends the links to a member that has left the group. */
  public void forget(String member) {
    Map<Role, Link> roles = links.remove(member);
    if (roles != null) {
      for (Link link : roles.values()) {
        link.close();
        forgotten = forgotten.plus(link.linkStats());
      }
    }
  }

  /**
   * Ends the links to those of these names that were sent nothing since the last call.
   *
   * @return these names
   */
  public List<String> forgetIdle(Predicate<String> which) {
    Map<String, Long> now = new HashMap<>();
    links.forEach(
        (name, roles) -> {
          if (which.test(name)) {
            now.put(
                name, roles.values().stream().mapToLong(link -> link.linkStats().frames()).sum());
          }
        });
    List<String> idle =
        now.keySet().stream().filter(name -> now.get(name).equals(before.get(name))).toList();
    before.clear();
    before.putAll(now);
    idle.forEach(this::forget);
    return idle;
  }

  /** Returns the counters of all links. */
  public LinkStats linkStats() {
    LinkStats sum = forgotten;
    for (Map<Role, Link> roles : links.values()) {
      for (Link link : roles.values()) {
        sum = sum.plus(link.linkStats());
      }
    }
    return sum;
  }

  /** Ends all links. */
  public void close() {
    List.copyOf(links.keySet()).forEach(this::forget);
    toFlush.clear();
  }
}
