package dev.synod.simulation;

import dev.synod.core.Ballot;
import dev.synod.core.Configuration;
import dev.synod.core.Configurations;
import dev.synod.core.Message;
import dev.synod.core.Settings;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The members, the network between them, and the faults that befall both. */
final class Cluster {
  final World world;
  final Oracle oracle;
  final List<Node> nodes = new ArrayList<>();
  final QuorumSystem quorums;
  final Settings settings;

  /** Links that carry nothing, as {@code from>to}. */
  private final Set<String> cut = new HashSet<>();

  private Faults faults;
  private long injected;

  Cluster(World world, QuorumSystem quorums, long alpha, Settings settings, Faults faults) {
    this.world = world;
    this.oracle = new Oracle(world);
    this.quorums = quorums;
    this.settings = settings;
    this.faults = faults;
    Configurations configurations = new Configurations(alpha, Configuration.first(quorums));
    for (String name : quorums.members()) {
      nodes.add(new Node(name, this, configurations, settings));
    }
  }

  Faults faults() {
    return faults;
  }

  /** Faults injected so far: lost and repeated messages, crashes, cut links. */
  long injected() {
    return injected;
  }

  Node node(String name) {
    return nodes.get(quorums.indexOf(name));
  }

  void start() {
    nodes.forEach(Node::start);
    if (faults.skew()) {
      nodes.forEach(node -> node.setClock(0.1 + world.random.nextDouble() * 2.9));
    }
    world.after(100_000, this::befall);
  }

  /** Every tenth of a second something may happen. */
  private void befall() {
    if (faults.equals(Faults.NONE)) {
      return;
    }
    if (world.chance(faults.crash() / 10)) {
      crash(any());
    }
    if (world.chance(faults.partition() / 10)) {
      partition();
    }
    if (world.chance(faults.usurpation() / 10)) {
      injected++;
      any().receive("", new Message.TakeOver(Ballot.NONE));
    }
    world.after(100_000, this::befall);
  }

  private Node any() {
    return nodes.get(world.random.nextInt(nodes.size()));
  }

  void crash(Node node) {
    injected++;
    node.crash();
    world.after(1_000 + world.random.nextLong(3_000_000), node::start);
  }

  private void partition() {
    Set<String> links = new HashSet<>();
    switch (world.random.nextInt(3)) {
      case 0 -> { // two halves
        int side = 1 + world.random.nextInt((1 << nodes.size()) - 1);
        for (Node from : nodes) {
          for (Node to : nodes) {
            if (((side >> nodes.indexOf(from)) & 1) != ((side >> nodes.indexOf(to)) & 1)) {
              links.add(from.name + ">" + to.name);
            }
          }
        }
      }
      case 1 -> { // one link, one way
        links.add(any().name + ">" + any().name);
      }
      default -> { // some links, both ways
        for (int i = world.random.nextInt(1 + 2 * nodes.size()); i >= 0; i--) {
          String one = any().name;
          String other = any().name;
          links.add(one + ">" + other);
          links.add(other + ">" + one);
        }
      }
    }
    injected += links.size();
    cut.addAll(links);
    world.after(50_000 + world.random.nextLong(4_000_000), () -> cut.removeAll(links));
  }

  /** Cuts these links, both ways, until {@link #heal}; each is two names. */
  void cut(String... links) {
    for (String link : links) {
      cut.add(link.charAt(0) + ">" + link.charAt(1));
      cut.add(link.charAt(1) + ">" + link.charAt(0));
    }
  }

  /** The end of all faults: links are mended, members run. */
  void heal() {
    faults = Faults.NONE;
    cut.clear();
    nodes.forEach(node -> node.setClock(1));
    nodes.forEach(Node::start);
  }

  void send(String from, String to, Message message) {
    boolean phaseTwo =
        message instanceof Message.Accept
            || message instanceof Message.Accepted
            || message instanceof Message.Chosen;
    if (world.chance(faults.loss()) || (phaseTwo && world.chance(faults.lossOfPhaseTwo()))) {
      injected++;
      return;
    }
    deliver(from, to, message);
    if (world.chance(faults.repetition())) {
      injected++;
      deliver(from, to, message);
    }
  }

  private void deliver(String from, String to, Message message) {
    if (cut.contains(from + ">" + to)) {
      return;
    }
    world.after(
        50 + world.random.nextLong(faults.delay()),
        () -> {
          if (!cut.contains(from + ">" + to)) {
            node(to).receive(from, message);
          }
        });
  }
}
