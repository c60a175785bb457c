package dev.synod.core.member;

import dev.synod.core.host.MembershipEvents;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.IncarnationHistory;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Excluded;
import dev.synod.core.message.Message.Hello;
import dev.synod.core.message.Message.IdentityChallenge;
import dev.synod.core.message.Message.IdentityResponse;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
import dev.synod.core.paxos.MemberClock;
import dev.synod.core.paxos.MemberContext;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks under each member's name, and whether this member listens (section Identity of the
 * design). All that safety rests on was promised by a store and not by a name: a lost directory, a
 * copy of one, and a member of an epoch that was fenced off would each break promises that they
 * never heard of.
 *
 * <p>Under each name the latest {@link Incarnation} is remembered, durably, so that what was
 * learned outlives this member's own restarts. Another store, or a life that is no later, is
 * refused and told why. A later life is heard when it has shown that it goes on where the known one
 * ended (it says what that one drew at its start), and when the known one had time to say that it
 * still runs: whoever answers a question that was asked after its successor spoke has been copied.
 *
 * <p>Who is refused may refuse in its turn, and neither believes the other; so a refusal is never
 * answered by one, and is said once in a while only.
 *
 * <p>What no member can see is a copy that reaches only members that the other one does not reach;
 * nor one that is started when the other has ended for good, and that lacks its last records. Nor
 * can one be told that has met no member, but copies of all of them: to it those are the members.
 *
 * <p>Likewise a member that joins takes for each member whoever speaks under that name first, for
 * what the others know of each other does not travel. If a copy is first, it listens to that,
 * counts its votes, and refuses the member, which stops for good. So nobody may join while a second
 * machine runs under the name of a member; as soon as that has been told, or ended for good,
 * anybody may.
 */
final class PeerIdentities {
  /** Lives that are told in one interval that they are refused: who is refused speaks again. */
  private static final int MOST_TOLD = 32;

  private static final class Peer {
    Incarnation known;

    /** A later life that has not shown yet that it may be heard; null if there is none. */
    @Nullable Incarnation newcomer;

    /** When that one spoke first. */
    long heldAt;

    /** What both are asked, and whether the newcomer has answered well. */
    long question;

    boolean proven;

    /** A later life that turned out to be a copy's. */
    @Nullable Incarnation copy;

    Peer(Incarnation known) {
      this.known = known;
    }
  }

  private final String self;
  private final IncarnationHistory incarnationHistory;
  private final Configurations configurations;
  private final Settings settings;
  private final MemberClock clock;
  private final boolean client;
  private final LongUnaryOperator random;
  private final MembershipEvents events;
  private final TreeMap<String, Peer> peers = new TreeMap<>();
  private Epoch epoch;

  /** Newcomers that wait. */
  private int held;

  /** Tokens of the lives that were told so in this interval, of the length of a retry. */
  private final TreeSet<Long> told = new TreeSet<>();

  private long toldUntil;

  /** Why the life that spoke last is refused; null if it is not. */
  @Nullable private ExclusionReason refusal;

  private long helloAt;
  private boolean barred;

  /**
   * @param past what this member's log says of the others
   * @param client whether this is no member: it listens to all of its epoch, for whatever runs
   *     under a member's name, nothing is chosen by what that says to a client
   * @param random gives a number from 0 to below its argument
   */
  PeerIdentities(
      MemberContext context,
      IncarnationHistory incarnationHistory,
      RecoveredIdentity past,
      boolean client,
      LongUnaryOperator random,
      MembershipEvents events) {
    this.self = context.self();
    this.configurations = context.configurations();
    this.settings = context.settings();
    this.clock = context.clock();
    this.incarnationHistory = incarnationHistory;
    this.client = client;
    this.random = random;
    this.events = events;
    this.epoch = past.epoch();
    past.met().forEach((name, incarnation) -> peers.put(name, new Peer(incarnation)));
  }

  /** The latest life that was heard under that name; null if none was. */
  @Nullable Incarnation known(String member) {
    Peer peer = peers.get(member);
    return peer == null ? null : peer.known;
  }

  /** The epoch this member lives in. */
  Epoch epoch() {
    return configurations.isInitialized() ? epoch : Epoch.UNBORN;
  }

  /** Whether it was told that it may not take part any more. */
  boolean isBarred() {
    return barred;
  }

  /** From now on this member lives in that epoch. */
  void enter(Epoch entered, Effects out) {
    epoch = entered;
    out.append(new LogRecord.EpochBegan(entered));
  }

  /**
   * Writes down once more what stands in a part of the log that is to be cut off. Also of members
   * that have left: after a restart this one may have a state in which they have not yet.
   */
  void record(Effects out) {
    out.append(new LogRecord.EpochBegan(epoch));
    peers.forEach((name, peer) -> out.append(new LogRecord.Met(name, peer.known)));
  }

  // ---- who is heard ---------------------------------------------------------------------------

  /**
   * Whether what this life of that member says, in its epoch, may have any effect here. If not,
   * what it says is for {@link #receiveUnverified}, at once.
   */
  boolean acceptsSender(String from, Incarnation incarnation, Epoch theirs, Effects out) {
    if (!epoch().listensTo(theirs)) {
      fence(theirs, out);
      return false;
    }
    if (client) {
      return true;
    }
    Peer peer = peers.get(from);
    if (peer != null && peer.known.token() == incarnation.token()) {
      return true;
    }
    return peer == null ? meets(from, incarnation, out) : succeeds(from, peer, incarnation, out);
  }

  private void fence(Epoch theirs, Effects out) {
    boolean over = theirs.fences(epoch);
    refusal = over ? null : ExclusionReason.FENCED;
    if (over) {
      bar(ExclusionReason.FENCED, theirs, out);
    }
  }

  /** Names that are no member's are not remembered; they have no say. */
  private boolean meets(String from, Incarnation incarnation, Effects out) {
    if (configurations.isMember(from)) {
      peers.put(from, new Peer(incarnation));
      out.append(new LogRecord.Met(from, incarnation));
    }
    return true;
  }

  private boolean succeeds(String from, Peer peer, Incarnation incarnation, Effects out) {
    refusal = null;
    Incarnation known = peer.known;
    if (incarnation.store() != known.store()) {
      return refuse(ExclusionReason.ANOTHER_STORE);
    }
    if (incarnation.start() <= known.start()) {
      boolean copy = incarnation.start() == known.start();
      return refuse(copy ? ExclusionReason.COPY : ExclusionReason.SUPERSEDED);
    }
    if (incarnation.equals(peer.copy)) {
      return refuse(ExclusionReason.COPY);
    }
    Incarnation waiting = peer.newcomer;
    if (waiting == null || incarnation.start() > waiting.start() || isSilent(peer)) {
      hold(from, peer, incarnation, out);
    } else if (!incarnation.equals(waiting)) {
      // One of the two is a copy; which one is seen as soon as one has shown what it knows.
      boolean copy = peer.proven && incarnation.start() == waiting.start();
      return copy && refuse(ExclusionReason.COPY);
    }
    if (!peer.proven || clock.now() - peer.heldAt < settings.retry()) {
      return false;
    }
    release(peer);
    peer.known = incarnation;
    out.append(new LogRecord.Met(from, incarnation));
    return true;
  }

  /** The newcomer has not answered in all that time: it is asked anew, or another one is. */
  private boolean isSilent(Peer peer) {
    return !peer.proven && clock.now() - peer.heldAt >= settings.electionTimeout();
  }

  private void hold(String from, Peer peer, Incarnation incarnation, Effects out) {
    held += peer.newcomer == null ? 1 : 0;
    peer.newcomer = incarnation;
    peer.heldAt = clock.now();
    peer.proven = false;
    peer.question = 1 + random.applyAsLong(Long.MAX_VALUE);
    ask(from, peer, out);
  }

  private void release(Peer peer) {
    held--;
    peer.newcomer = null;
  }

  /** Both lives have the same name, and which one this reaches nobody knows: it is repeated. */
  private static void ask(String member, Peer peer, Effects out) {
    out.send(member, new IdentityChallenge(peer.question, peer.known.start()));
  }

  private boolean refuse(ExclusionReason why) {
    refusal = why;
    return false;
  }

  private void tell(String from, Incarnation incarnation, ExclusionReason why, Effects out) {
    if (told.size() < MOST_TOLD && told.add(incarnation.token())) {
      if (!client) {
        out.send(from, new Excluded(incarnation.token(), why, epoch));
      }
      events.refused(from, why);
    }
  }

  // ---- what they say --------------------------------------------------------------------------

  /** A life that is heard says something of who is who. */
  void receive(String from, Message.OfIdentity message, Effects out) {
    if (message instanceof IdentityChallenge question) {
      out.send(
          from,
          new IdentityResponse(question.number(), incarnationHistory.tokenOf(question.start())));
    } else if (message instanceof IdentityResponse answer) {
      answered(from, answer, out);
    } else if (message instanceof Excluded bar) {
      if (bar.token() == incarnationHistory.incarnation().token()) {
        bar(bar.why(), bar.epoch(), out);
      }
    } else if (!(message instanceof Hello)) {
      throw Message.unhandled(message);
    }
  }

  /** The known life answers what was asked after another one spoke. */
  private void answered(String from, IdentityResponse answer, Effects out) {
    Peer peer = peers.get(from);
    Incarnation copy = peer == null ? null : peer.newcomer;
    if (peer != null && copy != null && answer.number() == peer.question) {
      release(peer);
      peer.copy = copy;
      tell(from, copy, ExclusionReason.COPY, out);
    }
  }

  /**
   * A life that is not heard says something. It is told why, unless it says the same of this one;
   * and two that wait for each other must come together.
   */
  void receiveUnverified(String from, Incarnation incarnation, Message message, Effects out) {
    if (refusal != null && !(message instanceof Excluded)) {
      tell(from, incarnation, refusal, out);
    }
    if (message instanceof IdentityChallenge question) {
      receive(from, question, out);
    } else if (message instanceof IdentityResponse answer) {
      shows(from, incarnation, answer, out);
    }
  }

  private void shows(String from, Incarnation incarnation, IdentityResponse answer, Effects out) {
    Peer peer = peers.get(from);
    if (peer == null || !incarnation.equals(peer.newcomer) || answer.number() != peer.question) {
      return;
    }
    // Who has started so often unheard that it does not know any more is given the benefit.
    if (answer.token() == peer.known.token() || answer.token() == 0) {
      peer.proven = true;
    } else {
      release(peer);
      peer.copy = incarnation;
      tell(from, incarnation, ExclusionReason.COPY, out);
    }
  }

  private void bar(ExclusionReason why, Epoch theirs, Effects out) {
    if (!barred) {
      barred = true;
      LogRecord.Excluded record = new LogRecord.Excluded(why, theirs);
      out.append(record);
      events.barred(record);
    }
  }

  /**
   * Repeats what was not answered; called with each tick. Each member is greeted now and then, so
   * that all know who speaks under which name though most of them have nothing to say to each
   * other.
   */
  void tick(Effects out) {
    if (clock.now() >= toldUntil) {
      toldUntil = clock.now() + settings.retry();
      told.clear();
    }
    if (clock.now() >= helloAt && !client) {
      helloAt = clock.now() + settings.electionTimeout();
      for (String member : configurations.members()) {
        if (!member.equals(self)) {
          out.send(member, new Hello());
        }
      }
    }
    if (held > 0) {
      peers.forEach(
          (name, peer) -> {
            if (peer.newcomer != null && clock.now() - peer.heldAt < settings.electionTimeout()) {
              ask(name, peer, out);
            }
          });
    }
  }
}
