package dev.synod.simulation.cluster;

import dev.synod.core.message.Message;
import dev.synod.simulation.plan.Faults;
import dev.synod.simulation.world.TraceEvent;
import dev.synod.simulation.world.World;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The links between the nodes, and what befalls the messages on them. */
public final class Network {
  private final Cluster cluster;
  private final World world;
  private final Impostors impostors;
  private final LeaderIsolation leaderIsolation;
  private final RepeatingLosses repeatingLosses;

  /** Links that carry nothing, as {@code from>to}. */
  private final Set<String> cut = new HashSet<>();

  private boolean healed;

  /** When the last message arrives, and the last pause ends, that began while there were faults. */
  private long lastStray;

  Network(Cluster cluster, Impostors impostors, LeaderIsolation leaderIsolation) {
    this.cluster = cluster;
    this.world = cluster.world;
    this.impostors = impostors;
    this.leaderIsolation = leaderIsolation;
    this.repeatingLosses = new RepeatingLosses(cluster);
  }

  /** Something of the faults lasts until then. */
  void stray(long until) {
    if (!healed) {
      lastStray = Math.max(lastStray, until);
    }
  }

  /** When nothing of the faults is on its way any more. */
  public long lastStray() {
    return lastStray;
  }

  /** All links carry again. */
  void heal() {
    healed = true;
    cut.clear();
  }

  /** Sends a message, with the losses, delays and repetitions of the plan. */
  void send(SimulatedNode from, String to, Message message) {
    if (to.isEmpty()) {
      return;
    }
    Faults faults = cluster.faults();
    double loss = faults.loss();
    long delay = faults.delay();
    double crash = 0;
    if (!faults.rules().isEmpty()) {
      String kind = message.getClass().getSimpleName();
      for (Faults.Rule rule : faults.rules()) {
        if (rule.kind().equals(kind)
            && (rule.from().isEmpty() || rule.from().equals(from.name))
            && (rule.to().isEmpty() || rule.to().equals(to))) {
          loss = Math.max(loss, rule.loss());
          delay = Math.max(delay, rule.delay());
          crash = Math.max(crash, rule.crash());
        }
      }
    }
    if (world.strikes(crash)) {
      // With all that leaves in the same turn, and before anything comes in.
      world.after(0, () -> cluster.crash(from));
    }
    boolean lost = world.strikes(loss) || leaderIsolation.loses(from.name, to, message);
    if (repeatingLosses.loses(from.name, to, message, lost)) {
      world.note(TraceEvent.Kind.LOST, from.name, to, () -> text(message));
      return;
    }
    long late = leaderIsolation.late(from.name, to, message);
    deliver(from, to, message, delay, late);
    if (world.strikes(faults.repetition())) {
      deliver(from, to, message, delay, late);
    }
  }

  /** The same text in every run, which an array's is not. */
  static String text(Message message) {
    if (message instanceof Message.Chunk chunk) {
      return String.format(
          Locale.ROOT,
          "Chunk[%s, offset=%d, %d bytes]",
          chunk.snapshot(),
          chunk.offset(),
          chunk.bytes().length);
    }
    return message instanceof Message.Submit submit
        ? String.format(
            Locale.ROOT,
            "Submit[session=%d, sequence=%d, %d bytes]",
            submit.command().session(),
            submit.command().sequence(),
            submit.command().payload().length)
        : message.toString();
  }

  private void deliver(SimulatedNode from, String to, Message message, long delay, long late) {
    SimulatedNode receiver = cluster.node(to);
    if (receiver == null) {
      return;
    }
    String link = link(from, receiver);
    if (cut.contains(link)) {
      return;
    }
    Envelope envelope =
        new Envelope(from, from.currentLife(), from.epoch(), receiver.addressedLife(), message);
    deliver(envelope, receiver, link, delay, late);
    SimulatedNode pretender = impostors.of(to);
    if (pretender != null) {
      // A message to that name may reach either of the two machines.
      deliver(envelope, pretender, link, delay, late);
    }
  }

  private void deliver(
      Envelope envelope, SimulatedNode receiver, String link, long delay, long late) {
    long way = 50 + world.random.nextLong(delay) + late;
    stray(world.now() + way);
    world.after(
        way,
        () -> {
          if (!cut.contains(link)) {
            receiver.receive(envelope);
          }
        });
  }

  /** Cuts some links, for up to some seconds. */
  void partition() {
    Set<String> links = new HashSet<>();
    switch (world.random.nextInt(4)) {
      case 0 -> { // two halves
        long side = 1 + world.random.nextLong((1L << cluster.nodes.size()) - 1);
        for (SimulatedNode from : cluster.nodes) {
          for (SimulatedNode to : cluster.nodes) {
            if (((side >> cluster.nodes.indexOf(from)) & 1)
                != ((side >> cluster.nodes.indexOf(to)) & 1)) {
              links.add(link(from, to));
            }
          }
        }
      }
      case 1 -> links.add(link(cluster.any(), cluster.any())); // one link, one way
      case 2 -> { // one member, which receives nothing or is not received
        SimulatedNode deaf = cluster.any();
        boolean hears = world.random.nextBoolean();
        for (SimulatedNode other : cluster.nodes) {
          links.add(hears ? link(deaf, other) : link(other, deaf));
        }
      }
      default -> { // some links, both ways
        for (int i = world.random.nextInt(1 + 2 * cluster.nodes.size()); i >= 0; i--) {
          SimulatedNode one = cluster.any();
          SimulatedNode other = cluster.any();
          links.add(link(one, other));
          links.add(link(other, one));
        }
      }
    }
    cut.addAll(links);
    world.note(TraceEvent.Kind.CUT, () -> "cut: " + links.stream().sorted().toList());
    world.after(
        50_000 + world.random.nextLong(4_000_000),
        () -> {
          cut.removeAll(links);
          world.note(TraceEvent.Kind.MENDED, () -> "mended: " + links.stream().sorted().toList());
        });
  }

  private static String link(SimulatedNode from, SimulatedNode to) {
    return from.name + ">" + to.name;
  }

  /** Cuts the links between these two, both ways, until {@link #heal}. */
  public void cut(SimulatedNode one, SimulatedNode other) {
    cut.add(link(one, other));
    cut.add(link(other, one));
  }
}
