package dev.synod.core.member;

import dev.synod.core.host.MembershipEvents;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.ExclusionReason;
import dev.synod.core.message.Foundation;
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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The identity of the process behind each member's name, and whether this member accepts its
 * messages (section Identity of the design). Safety rests on promises, which belong to a store and
 * not to a name: a lost directory, a copied directory and a member of a fenced epoch would each
 * break promises that they do not know.
 *
 * <p>The member durably remembers the latest {@link Incarnation} of each name. A process with
 * another store, or with an incarnation that is not later, is refused and told the reason. A later
 * incarnation is accepted when it has shown that it continues the known one (it knows the token
 * which that one drew at its start), and when the known one had time to reply: if the known one
 * answers a challenge sent after its successor appeared, one of the two is a copy.
 *
 * <p>Two processes may refuse each other. A refusal is therefore never answered by a refusal, and
 * it is repeated only occasionally.
 *
 * <p>Some copies cannot be detected: a copy that reaches only members which the original does not
 * reach; a copy that lacks the last records and starts after the original has ended permanently;
 * and, for a member that has met only copies of all others, the whole group.
 *
 * <p>A joining member accepts the first process under each name, because the other members do not
 * share their knowledge of identities. If that process is a copy, the member counts its votes and
 * refuses the original, which then stops permanently. No member may join while two processes run
 * under one name; once the copy was refused or has ended, joining is safe.
 */
final class PeerIdentities {
  /**
   * Maximum number of incarnations that are told a refusal in one interval; a refused process
   * repeats its messages.
   */
  private static final int MOST_TOLD = 32;

  private static final class Peer {
    Incarnation known;

    /** Later incarnation that is not accepted yet; null if there is none. */
    @Nullable Incarnation newcomer;

    /** Time at which the candidate appeared. */
    long heldAt;

    /**
     * Number of the challenge to both incarnations, and whether the candidate has answered it
     * correctly.
     */
    long question;

    boolean proven;

    /** Later incarnation that turned out to be a copy. */
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

  /** Number of candidates that wait. */
  private int held;

  /** Tokens of the incarnations that were told a refusal in this retry interval. */
  private final TreeSet<Long> told = new TreeSet<>();

  private long toldUntil;

  /** Reason for refusing the incarnation of the last message; null if it is accepted. */
  @Nullable private ExclusionReason refusal;

  private long helloAt;
  private boolean barred;

  /**
   * @param past identities in this member's log
   * @param client whether this is a client, which accepts every process of its epoch, because a
   *     message to a client cannot cause a decision
   * @param random returns a number from 0 to below its argument
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
    if (configurations.isInitialized()) {
      past.met().forEach((name, incarnation) -> peers.put(name, new Peer(incarnation)));
    }
  }

  /** Returns the latest accepted incarnation of the name; null if there is none. */
  @Nullable Incarnation known(String member) {
    Peer peer = peers.get(member);
    return peer == null ? null : peer.known;
  }

  /** Returns the epoch of this member. */
  Epoch epoch() {
    return configurations.isInitialized() ? epoch : Epoch.UNBORN;
  }

  /** Tells whether this member was excluded. */
  boolean isBarred() {
    return barred;
  }

  /** Enters the epoch. */
  void enter(Epoch entered, Effects out) {
    epoch = entered;
    out.append(new LogRecord.EpochBegan(entered));
  }

  /**
   * Records the founders of the group. Without these records a founder whose directory was emptied
   * would be taken for a process that was never heard before.
   */
  void found(List<LogRecord.Met> founders, Effects out) {
    for (LogRecord.Met founder : founders) {
      if (!founder.member().equals(self)) {
        peers.put(founder.member(), new Peer(founder.incarnation()));
        out.append(founder);
      }
    }
  }

  /** Returns the answer to the incarnation with this token, which asked for the group. */
  Message.Welcome welcome(long token) {
    List<LogRecord.Met> met = new ArrayList<>();
    met.add(new LogRecord.Met(self, incarnationHistory.incarnation()));
    peers.forEach((name, peer) -> met.add(new LogRecord.Met(name, peer.known)));
    return new Message.Welcome(
        token, configurations.alpha(), configurations.initialConfiguration(), epoch, met);
  }

  // ---- accepted senders
  // -----------------------------------------------------------------------

  /**
   * Tells whether messages of this incarnation and epoch may have an effect. If not, they go to
   * {@link #receiveUnverified}, immediately.
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
    return peer == null
        ? meets(from, incarnation, theirs, out)
        : succeeds(from, peer, incarnation, out);
  }

  private void fence(Epoch theirs, Effects out) {
    boolean over = theirs.fences(epoch);
    refusal =
        over
            ? null
            : theirs.isOfBirth(epoch) ? ExclusionReason.FENCED : ExclusionReason.ANOTHER_BIRTH;
    if (over) {
      bar(ExclusionReason.FENCED, theirs, out);
    }
  }

  /**
   * Handles an unknown incarnation. Names of non-members are not remembered, because they have no
   * vote, nor are processes that belong to no group yet, because they have never voted.
   */
  private boolean meets(String from, Incarnation incarnation, Epoch theirs, Effects out) {
    if (configurations.isMember(from) && !theirs.isUnborn()) {
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
      // One of the two is a copy; the reply to the challenge shows which one.
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

  /**
   * Tells whether the candidate has not answered in time, so that it, or another one, is challenged
   * again.
   */
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

  /**
   * Sends the challenge. Both incarnations have the same name, and either may receive it, so it is
   * repeated.
   */
  private static void ask(String member, Peer peer, Effects out) {
    out.send(member, new IdentityChallenge(peer.question, peer.known.start()));
  }

  private boolean refuse(ExclusionReason why) {
    refusal = why;
    return false;
  }

  private void tell(String from, Incarnation incarnation, ExclusionReason why, Effects out) {
    if (told.size() < MOST_TOLD && told.add(incarnation.token())) {
      if (client) {
        events.refused(from, why, List.of());
      } else if (why == ExclusionReason.ANOTHER_BIRTH) {
        // Neither of the two has to stop. Each reports the refusal once it knows the other's group.
        out.send(from, welcome(incarnation.token()));
      } else {
        // It stops for good, so what it is refused by must last.
        out.sendAfter(from, new Excluded(incarnation.token(), why, epoch));
        events.refused(from, why, List.of());
      }
    }
  }

  // ---- what they say --------------------------------------------------------------------------

  /** Handles an identity message of an accepted incarnation. */
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

  /**
   * Handles the known incarnation's reply to a challenge that was sent after another one appeared.
   */
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
   * Handles a message of an incarnation that is not accepted. The incarnation is told the reason,
   * unless it refuses this member too; two members that wait for each other must be able to verify
   * each other.
   */
  void receiveUnverified(String from, Incarnation incarnation, Message message, Effects out) {
    if (message instanceof Message.Welcome welcome) {
      meetsAnotherBirth(from, welcome);
      return;
    }
    if (refusal != null && !(message instanceof Excluded)) {
      tell(from, incarnation, refusal, out);
    }
    if (message instanceof IdentityChallenge question) {
      receive(from, question, out);
    } else if (message instanceof IdentityResponse answer) {
      shows(from, incarnation, answer, out);
    }
  }

  /** Reports a group that was founded separately under the name of this one. */
  private void meetsAnotherBirth(String from, Message.Welcome welcome) {
    if (refusal == ExclusionReason.ANOTHER_BIRTH
        && welcome.token() == incarnationHistory.incarnation().token()) {
      Foundation own =
          new Foundation(configurations.alpha(), configurations.initialConfiguration(), List.of());
      events.refused(from, refusal, own.differences(welcome.foundation()));
    }
  }

  private void shows(String from, Incarnation incarnation, IdentityResponse answer, Effects out) {
    Peer peer = peers.get(from);
    if (peer == null || !incarnation.equals(peer.newcomer) || answer.number() != peer.question) {
      return;
    }
    // A store that was opened too often in between no longer knows the token, so it is accepted.
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
