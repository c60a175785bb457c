package dev.synod.simulation.spec;

import dev.synod.core.host.Recovered;
import dev.synod.core.member.Member;
import dev.synod.core.message.Ballot;
import dev.synod.core.message.Entry;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Value;
import dev.synod.simulation.cluster.TraceListener;
import dev.synod.simulation.plan.Step;
import dev.synod.simulation.world.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Projects a run onto the specification: after each call of a member to its host it records the
 * changes of the variables of the module {@code Disks}. It compares the new state with the former
 * one and checks nothing else.
 */
public final class Projection implements TraceListener {
  /** What the specification knows of a member's memory. */
  private static final class Memory {
    Ballot promised = Ballot.NONE;
    final TreeMap<Long, Entry> entries = new TreeMap<>();
    final TreeSet<Long> chosen = new TreeSet<>();
  }

  /** What arrived at one life of a member's proposer. */
  private static final class Heard {
    final Map<Ballot, List<Page>> promises = new HashMap<>();
    final Map<Ballot, Set<Vote>> votes = new HashMap<>();
  }

  private record Page(String from, Message.Promise promise) {}

  private record Vote(String from, long slot) {}

  private record Place(long slot, Value value) {}

  private final World world;
  private final List<String> members;
  private final int atMost;
  private final List<Step> steps = new ArrayList<>();

  private final Map<String, Memory> memories = new HashMap<>();
  private final Map<String, Heard> heard = new HashMap<>();

  /** Values are named after the first ballot that proposed them at their slot. */
  private final Map<Place, Ballot> values = new HashMap<>();

  /**
   * The records of each member that are not durable yet: whether the specification knows of such.
   * It knows of ballots and slots, and not of who is who.
   */
  private final Map<String, ArrayDeque<Boolean>> written = new HashMap<>();

  /** Messages that are out, as events. */
  private final Set<String> out = new HashSet<>();

  /** How far each leader has told what is chosen. */
  private final Map<Ballot, Long> told = new HashMap<>();

  /**
   * Looks at a run.
   *
   * @param atMost so many steps; what comes after them is left out
   */
  public Projection(World world, List<String> members, int atMost) {
    this.world = world;
    this.members = List.copyOf(members);
    this.atMost = atMost;
  }

  public List<Step> steps() {
    return List.copyOf(steps);
  }

  // ---- events ---------------------------------------------------------------------------------

  @Override
  public void started(String name, Recovered recovered, Member member) {
    heard.put(name, new Heard());
    records(name).clear();
    step(
        name + " starts, and has found " + brief(recovered),
        member.log().last(),
        "starts",
        String.format(
            Locale.ROOT,
            "a |-> %s, %s, c |-> %d",
            id(name),
            memory(name, member),
            id(recovered.campaigned())));
  }

  @Override
  public void receives(String name, String from, Message message) {
    Heard here = heard.computeIfAbsent(name, life -> new Heard());
    if (message instanceof Message.Promise promise) {
      here.promises
          .computeIfAbsent(promise.ballot(), ballot -> new ArrayList<>())
          .add(new Page(from, promise));
    } else if (message instanceof Message.Accepted vote) {
      here.votes
          .computeIfAbsent(vote.ballot(), ballot -> new HashSet<>())
          .add(new Vote(from, vote.slot()));
    }
  }

  @Override
  public void appended(String name, LogRecord record, Member member) {
    String a = id(name);
    records(name).add(!(record instanceof LogRecord.OfIdentity));
    if (record instanceof LogRecord.Promised promised) {
      step(
          name + " promises " + promised.ballot(),
          0,
          "promised",
          String.format(
              Locale.ROOT,
              "a |-> %s, b |-> %d, %s",
              a,
              id(promised.ballot()),
              memory(name, member)));
    } else if (record instanceof LogRecord.Campaigned campaigned) {
      step(
          name + " takes the ballot " + campaigned.ballot(),
          0,
          "campaigns",
          String.format(Locale.ROOT, "b |-> %d", id(campaigned.ballot())));
    } else if (record instanceof LogRecord.Accepted accepted) {
      step(
          name + " accepts " + brief(accepted.entry()),
          accepted.entry().slot(),
          "accepts",
          String.format(
              Locale.ROOT, "a |-> %s, %s, %s", a, entry(accepted.entry()), memory(name, member)));
    } else if (record instanceof LogRecord.Learned learned) {
      step(
          name + " learns " + brief(learned.entry()),
          learned.entry().slot(),
          "learns",
          String.format(
              Locale.ROOT, "a |-> %s, %s, %s", a, entry(learned.entry()), memory(name, member)));
    } else if (record instanceof LogRecord.Chosen chosen) {
      if (member.proposer().leads()) {
        // Its own learner is the first to be told, and no host hears that.
        tells(name, member.proposer().ballot(), member.proposer().announced());
      }
      chooses(name, member);
      step(
          name + " notes that all is chosen up to slot " + chosen.slot(),
          chosen.slot(),
          "notes",
          String.format(Locale.ROOT, "a |-> %s, c |-> %d", a, chosen.slot()));
    } else if (!(record instanceof LogRecord.OfIdentity
        || record instanceof LogRecord.Initialized
        || record instanceof LogRecord.Truncated
        || record instanceof LogRecord.Left)) {
      throw LogRecord.unhandled(record);
    }
  }

  /** Each slot that a notice has made chosen is a step of its own. */
  private void chooses(String name, Member member) {
    Memory known = known(name);
    for (long slot = 1; slot <= member.log().chosen(); slot++) {
      Entry entry = member.log().get(slot);
      if (entry != null && known.chosen.add(slot)) {
        String before = memory(known);
        step(
            name + " takes for chosen " + brief(entry),
            slot,
            "chooses",
            String.format(
                Locale.ROOT,
                "a |-> %s, b |-> %d, s |-> %d, e |-> {}, %s",
                id(name),
                id(entry.ballot()),
                slot,
                before));
      }
    }
    turned(name, member);
  }

  @Override
  public void turned(String name, Member member) {
    Memory known = known(name);
    Ballot promised = known.promised;
    Set<Long> chosen = Set.copyOf(known.chosen);
    String now = memory(name, member);
    if (!now.startsWith("e |-> {},")
        || !known.promised.equals(promised)
        || !known.chosen.equals(chosen)) {
      step(
          name + " changes what no call to its host has told of",
          member.log().last(),
          "changes",
          String.format(Locale.ROOT, "a |-> %s, %s", id(name), now));
    }
  }

  private ArrayDeque<Boolean> records(String name) {
    return written.computeIfAbsent(name, life -> new ArrayDeque<>());
  }

  @Override
  public void forced(String name, long records) {
    for (long i = 0; i < records; i++) {
      if (records(name).remove()) {
        step(
            name + " has a record durable",
            0,
            "forces",
            String.format(Locale.ROOT, "a |-> %s", id(name)));
      }
    }
  }

  @Override
  public void deferred(String name, Message message, Member member) {
    turned(name, member);
    if (message instanceof Message.Prepare prepare) {
      unlessOut(name, "asks for promises of " + prepare.ballot(), 0, "asks", ask(prepare));
    } else if (message instanceof Message.Promise promise && shows(promise)) {
      String text = "shows " + brief(promise);
      unlessOut(name, text, last(promise), "shows", page(name, promise));
    } else if (message instanceof Message.Accepted vote) {
      String text = "votes for slot " + vote.slot() + " at " + vote.ballot();
      unlessOut(name, text, vote.slot(), "votes", vote(name, vote));
    }
  }

  /** What has left already and is said again is no step. */
  private void unlessOut(String name, String text, long slot, String event, String arguments) {
    if (!out.contains(leaving(event) + arguments)) {
      step(name + " " + text, slot, event, arguments);
    }
  }

  private static String leaving(String event) {
    return switch (event) {
      case "asks" -> "prepare leaves";
      case "shows" -> "promise leaves";
      default -> "vote leaves";
    };
  }

  @Override
  public void left(String name, Message message) {
    if (message instanceof Message.Prepare prepare) {
      leaves(name, "Prepare " + prepare.ballot(), 0, "asks", ask(prepare));
    } else if (message instanceof Message.Promise promise && shows(promise)) {
      leaves(name, "Promise: " + brief(promise), last(promise), "shows", page(name, promise));
    } else if (message instanceof Message.Accepted vote) {
      String text = "Accepted: slot " + vote.slot() + " at " + vote.ballot();
      leaves(name, text, vote.slot(), "votes", vote(name, vote));
    }
  }

  private void leaves(String name, String text, long slot, String event, String arguments) {
    if (out.add(leaving(event) + arguments)) {
      step(name + " lets go " + text, slot, leaving(event), arguments);
    }
  }

  @Override
  public void sent(String name, Message message, Member member) {
    turned(name, member);
    if (message instanceof Message.Accept accept) {
      tells(name, accept.ballot(), accept.chosen());
      proposes(name, accept);
    } else if (message instanceof Message.Chosen notice) {
      tells(name, notice.ballot(), notice.slot());
    } else if (message instanceof Message.Learned lesson) {
      for (Entry entry : lesson.entries()) {
        String arguments = String.format(Locale.ROOT, "a |-> %s, %s", id(name), entry(entry));
        if (out.add("teaches" + arguments)) {
          step(name + " teaches " + brief(entry), entry.slot(), "teaches", arguments);
        }
      }
    }
  }

  private void tells(String name, Ballot ballot, long slot) {
    if (slot > told.getOrDefault(ballot, 0L)) {
      step(
          name + " tells as leader of " + ballot + ": chosen up to " + slot,
          slot,
          "tells",
          String.format(
              Locale.ROOT,
              "b |-> %d, k |-> %d, votes |-> %s",
              id(ballot),
              slot,
              votes(name, ballot, slot)));
      told.put(ballot, slot);
    }
  }

  private void proposes(String name, Message.Accept accept) {
    Ballot ballot = accept.ballot();
    long slot = accept.slot();
    values.putIfAbsent(new Place(slot, accept.value()), ballot);
    Entry proposal = new Entry(slot, ballot, accept.value());
    if (out.add("proposes" + entry(proposal))) {
      step(
          name + " proposes " + brief(proposal),
          slot,
          "proposes",
          String.format(
              Locale.ROOT,
              "%s, heard |-> %s, votes |-> %s",
              entry(proposal),
              reports(name, ballot, slot),
              votes(name, ballot, slot)));
    }
  }

  /** What the pages that have arrived say of this slot. */
  private String reports(String name, Ballot ballot, long slot) {
    return known(name, ballot).stream()
        .filter(page -> page.promise().first() <= slot && slot <= page.promise().last())
        .map(
            page ->
                String.format(
                    Locale.ROOT,
                    "[a |-> %s, b |-> %d, s |-> %d, e |-> %s]",
                    id(page.from()),
                    id(ballot),
                    slot,
                    page.promise().entries().stream()
                        .filter(entry -> entry.slot() == slot)
                        .map(this::ballotAndValue)
                        .findFirst()
                        .orElse("Nothing")))
        .distinct()
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private List<Page> known(String name, Ballot ballot) {
    Heard here = heard.get(name);
    return here == null ? List.of() : here.promises.getOrDefault(ballot, List.of());
  }

  /** The votes that have arrived, for slots that the learners were not told of yet. */
  private String votes(String name, Ballot ballot, long last) {
    Heard here = heard.get(name);
    Set<Vote> votes = here == null ? Set.of() : here.votes.getOrDefault(ballot, Set.of());
    long first = told.getOrDefault(ballot, 0L) + 1;
    return votes.stream()
        .filter(vote -> first <= vote.slot() && vote.slot() <= last)
        .map(
            vote ->
                String.format(
                    Locale.ROOT,
                    "[a |-> %s, b |-> %d, s |-> %d]",
                    id(vote.from()),
                    id(ballot),
                    vote.slot()))
        .sorted()
        .collect(Collectors.joining(", ", "{", "}"));
  }

  // ---- what has changed -----------------------------------------------------------------------

  private Memory known(String name) {
    return memories.computeIfAbsent(name, member -> new Memory());
  }

  /** What has changed in a member's memory since it was last looked at. */
  private String memory(String name, Member member) {
    Memory known = known(name);
    known.promised = member.acceptor().promised();
    List<String> changes = new ArrayList<>();
    known.chosen.clear();
    long last =
        Math.max(member.log().last(), known.entries.isEmpty() ? 0 : known.entries.lastKey());
    for (long slot = 1; slot <= last; slot++) {
      Entry now = member.log().get(slot);
      Entry before = now == null ? known.entries.remove(slot) : known.entries.put(slot, now);
      if (now == null && before != null) {
        changes.add(String.format(Locale.ROOT, "<<%d, 0, 0>>", slot));
      } else if (now != null && !now.equals(before)) {
        changes.add(triple(now));
      }
      if (member.log().isChosen(slot)) {
        known.chosen.add(slot);
      }
    }
    return "e |-> {" + String.join(", ", changes) + "}, " + memory(known);
  }

  private String memory(Memory known) {
    long upTo = 0;
    while (known.chosen.contains(upTo + 1)) {
      upTo++;
    }
    return String.format(
        Locale.ROOT,
        "p |-> %d, k |-> %d, x |-> {%s}",
        id(known.promised),
        upTo,
        known.chosen.tailSet(upTo, false).stream()
            .map(String::valueOf)
            .collect(Collectors.joining(", ")));
  }

  // ---- in TLA+ --------------------------------------------------------------------------------

  private void step(String text, long slot, String event, String arguments) {
    if (steps.size() < atMost) {
      steps.add(
          new Step(
              "[n |-> \"" + event + "\", " + arguments + "]",
              slot,
              String.format(
                  Locale.ROOT, "%10.3f ms  %s", (world.now() - World.BEGINNING) / 1_000.0, text)));
    }
  }

  private String id(String name) {
    return "a" + (members.indexOf(name) + 1);
  }

  private long id(Ballot ballot) {
    return ballot.equals(Ballot.NONE)
        ? 0
        : 10 * ballot.round() + members.indexOf(ballot.member()) + 1;
  }

  /**
   * Returns -1 if no ballot has proposed the value, which no step of the specification explains.
   */
  private long id(Entry entry) {
    Ballot first = values.get(new Place(entry.slot(), entry.value()));
    return first == null ? -1 : id(first);
  }

  private String entry(Entry entry) {
    return String.format(
        Locale.ROOT, "b |-> %d, s |-> %d, v |-> %d", id(entry.ballot()), entry.slot(), id(entry));
  }

  private String ballotAndValue(Entry entry) {
    return String.format(Locale.ROOT, "[b |-> %d, v |-> %d]", id(entry.ballot()), id(entry));
  }

  private String triple(Entry entry) {
    return String.format(
        Locale.ROOT, "<<%d, %d, %d>>", entry.slot(), id(entry.ballot()), id(entry));
  }

  private String ask(Message.Prepare prepare) {
    return String.format(
        Locale.ROOT, "a |-> %s, b |-> %d", id(prepare.ballot().member()), id(prepare.ballot()));
  }

  private String vote(String name, Message.Accepted vote) {
    return String.format(
        Locale.ROOT, "a |-> %s, b |-> %d, s |-> %d", id(name), id(vote.ballot()), vote.slot());
  }

  private static boolean shows(Message.Promise promise) {
    return promise.first() <= promise.last();
  }

  private static long last(Message.Promise promise) {
    return promise.last() == Long.MAX_VALUE ? promise.first() : promise.last();
  }

  private String page(String name, Message.Promise promise) {
    return String.format(
        Locale.ROOT,
        "a |-> %s, b |-> %d, f |-> %d, l |-> %s, e |-> {%s}",
        id(name),
        id(promise.ballot()),
        promise.first(),
        promise.last() == Long.MAX_VALUE ? "Last" : String.valueOf(promise.last()),
        promise.entries().stream().map(this::triple).collect(Collectors.joining(", ")));
  }

  // ---- for the reader -------------------------------------------------------------------------

  private String brief(Entry entry) {
    Ballot first = values.get(new Place(entry.slot(), entry.value()));
    return String.format(
        Locale.ROOT,
        "slot %d at %s, %s",
        entry.slot(),
        entry.ballot(),
        first == null
            ? "a value that was never proposed"
            : first.equals(entry.ballot()) ? "its own value" : "the value of " + first);
  }

  private String brief(Message.Promise promise) {
    return String.format(
        Locale.ROOT,
        "for %s from slot %d to %s %s",
        promise.ballot(),
        promise.first(),
        promise.last() == Long.MAX_VALUE ? "its last" : String.valueOf(promise.last()),
        promise.entries().stream().map(this::brief).toList());
  }

  private String brief(Recovered recovered) {
    return String.format(
        Locale.ROOT,
        "promised %s, campaigned %s, chosen up to %d, %s",
        recovered.promised(),
        recovered.campaigned(),
        recovered.chosen(),
        recovered.entries().stream().map(this::brief).toList());
  }
}
