package dev.synod.core.member;

import dev.synod.core.host.Past;
import dev.synod.core.host.Settings;
import dev.synod.core.message.Barring;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Life;
import dev.synod.core.message.Lineage;
import dev.synod.core.message.LogRecord;
import dev.synod.core.message.Message;
import dev.synod.core.message.Message.Barred;
import dev.synod.core.message.Message.Hello;
import dev.synod.core.message.Message.IAm;
import dev.synod.core.message.Message.WhoAreYou;
import dev.synod.core.paxos.Configurations;
import dev.synod.core.paxos.Effects;
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
 * <p>Under each name the latest {@link Life} is remembered, durably, so that what was learned
 * outlives this member's own restarts. Another store, or a life that is no later, is refused and
 * told why. A later life is heard when it has shown that it goes on where the known one ended (it
 * says what that one drew at its start), and when the known one had time to say that it still runs:
 * whoever answers a question that was asked after its successor spoke has been copied.
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
final class Peers {
  /** Lives that are told in one interval that they are refused: who is refused speaks again. */
  private static final int MOST_TOLD = 32;

  private static final class Peer {
    Life known;

    /** A later life that has not shown yet that it may be heard; null if there is none. */
    @Nullable Life newcomer;

    /** When that one spoke first. */
    long heldAt;

    /** What both are asked, and whether the newcomer has answered well. */
    long question;

    boolean proven;

    /** A later life that turned out to be a copy's. */
    @Nullable Life copy;

    Peer(Life known) {
      this.known = known;
    }
  }

  private final String self;
  private final Lineage lineage;
  private final Configurations configurations;
  private final Settings settings;
  private final boolean client;
  private final LongUnaryOperator random;
  private final TreeMap<String, Peer> peers = new TreeMap<>();
  private Epoch epoch;

  /** Newcomers that wait. */
  private int held;

  /** Tokens of the lives that were told so in this interval, of the length of a retry. */
  private final TreeSet<Long> told = new TreeSet<>();

  private long toldUntil;

  /** Why the life that spoke last is refused; null if it is not. */
  @Nullable private Barring refusal;

  private long helloAt;
  private long now;
  private boolean barred;

  /**
   * @param past what this member's log says of the others
   * @param client whether this is no member: it listens to all of its epoch, for whatever runs
   *     under a member's name, nothing is chosen by what that says to a client
   * @param random gives a number from 0 to below its argument
   */
  Peers(
      String self,
      Lineage lineage,
      Past past,
      Configurations configurations,
      Settings settings,
      boolean client,
      LongUnaryOperator random) {
    this.self = self;
    this.lineage = lineage;
    this.configurations = configurations;
    this.settings = settings;
    this.client = client;
    this.random = random;
    this.epoch = past.epoch();
    past.met().forEach((name, life) -> peers.put(name, new Peer(life)));
  }

  /** The latest life that was heard under that name; null if none was. */
  @Nullable Life known(String member) {
    Peer peer = peers.get(member);
    return peer == null ? null : peer.known;
  }

  /** The epoch this member lives in. */
  Epoch epoch() {
    return configurations.isBorn() ? epoch : Epoch.UNBORN;
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
   * what it says is for {@link #unheard}, at once.
   */
  boolean hears(String from, Life life, Epoch theirs, Effects out) {
    if (!epoch().listensTo(theirs)) {
      fence(theirs, out);
      return false;
    }
    if (client) {
      return true;
    }
    Peer peer = peers.get(from);
    if (peer != null && peer.known.token() == life.token()) {
      return true;
    }
    return peer == null ? meets(from, life, out) : succeeds(from, peer, life, out);
  }

  private void fence(Epoch theirs, Effects out) {
    boolean over = theirs.fences(epoch);
    refusal = over ? null : Barring.FENCED;
    if (over) {
      bar(Barring.FENCED, theirs, out);
    }
  }

  /** Names that are no member's are not remembered; they have no say. */
  private boolean meets(String from, Life life, Effects out) {
    if (configurations.isMember(from)) {
      peers.put(from, new Peer(life));
      out.append(new LogRecord.Met(from, life));
    }
    return true;
  }

  private boolean succeeds(String from, Peer peer, Life life, Effects out) {
    refusal = null;
    Life known = peer.known;
    if (life.store() != known.store()) {
      return refuse(Barring.ANOTHER_STORE);
    }
    if (life.start() <= known.start()) {
      boolean copy = life.start() == known.start();
      return refuse(copy ? Barring.COPY : Barring.SUPERSEDED);
    }
    if (life.equals(peer.copy)) {
      return refuse(Barring.COPY);
    }
    Life waiting = peer.newcomer;
    if (waiting == null || life.start() > waiting.start() || isSilent(peer)) {
      hold(from, peer, life, out);
    } else if (!life.equals(waiting)) {
      // One of the two is a copy; which one is seen as soon as one has shown what it knows.
      boolean copy = peer.proven && life.start() == waiting.start();
      return copy && refuse(Barring.COPY);
    }
    if (!peer.proven || now - peer.heldAt < settings.retry()) {
      return false;
    }
    release(peer);
    peer.known = life;
    out.append(new LogRecord.Met(from, life));
    return true;
  }

  /** The newcomer has not answered in all that time: it is asked anew, or another one is. */
  private boolean isSilent(Peer peer) {
    return !peer.proven && now - peer.heldAt >= settings.electionTimeout();
  }

  private void hold(String from, Peer peer, Life life, Effects out) {
    held += peer.newcomer == null ? 1 : 0;
    peer.newcomer = life;
    peer.heldAt = now;
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
    out.send(member, new WhoAreYou(peer.question, peer.known.start()));
  }

  private boolean refuse(Barring why) {
    refusal = why;
    return false;
  }

  private void tell(String from, Life life, Barring why, Effects out) {
    if (told.size() < MOST_TOLD && told.add(life.token())) {
      if (!client) {
        out.send(from, new Barred(life.token(), why, epoch));
      }
      out.refused(from, why);
    }
  }

  // ---- what they say --------------------------------------------------------------------------

  /** A life that is heard says something of who is who. */
  void receive(String from, Message.OfIdentity message, Effects out) {
    if (message instanceof WhoAreYou question) {
      out.send(from, new IAm(question.number(), lineage.tokenOf(question.start())));
    } else if (message instanceof IAm answer) {
      answered(from, answer, out);
    } else if (message instanceof Barred bar && bar.token() == lineage.life().token()) {
      bar(bar.why(), bar.epoch(), out);
    }
  }

  /** The known life answers what was asked after another one spoke. */
  private void answered(String from, IAm answer, Effects out) {
    Peer peer = peers.get(from);
    Life copy = peer == null ? null : peer.newcomer;
    if (peer != null && copy != null && answer.number() == peer.question) {
      release(peer);
      peer.copy = copy;
      tell(from, copy, Barring.COPY, out);
    }
  }

  /**
   * A life that is not heard says something. It is told why, unless it says the same of this one;
   * and two that wait for each other must come together.
   */
  void unheard(String from, Life life, Message message, Effects out) {
    if (refusal != null && !(message instanceof Barred)) {
      tell(from, life, refusal, out);
    }
    if (message instanceof WhoAreYou question) {
      receive(from, question, out);
    } else if (message instanceof IAm answer) {
      shows(from, life, answer, out);
    }
  }

  private void shows(String from, Life life, IAm answer, Effects out) {
    Peer peer = peers.get(from);
    if (peer == null || !life.equals(peer.newcomer) || answer.number() != peer.question) {
      return;
    }
    // Who has started so often unheard that it does not know any more is given the benefit.
    if (answer.token() == peer.known.token() || answer.token() == 0) {
      peer.proven = true;
    } else {
      release(peer);
      peer.copy = life;
      tell(from, life, Barring.COPY, out);
    }
  }

  private void bar(Barring why, Epoch theirs, Effects out) {
    if (!barred) {
      barred = true;
      LogRecord.Barred record = new LogRecord.Barred(why, theirs);
      out.append(record);
      out.barred(record);
    }
  }

  /**
   * Tells the time: milliseconds of the host's monotonic clock. Each member is greeted now and
   * then, so that all know who speaks under which name though most of them have nothing to say to
   * each other.
   */
  void tick(long now, Effects out) {
    this.now = now;
    if (now >= toldUntil) {
      toldUntil = now + settings.retry();
      told.clear();
    }
    if (now >= helloAt && !client) {
      helloAt = now + settings.electionTimeout();
      for (String member : configurations.members()) {
        if (!member.equals(self)) {
          out.send(member, new Hello());
        }
      }
    }
    if (held > 0) {
      peers.forEach(
          (name, peer) -> {
            if (peer.newcomer != null && now - peer.heldAt < settings.electionTimeout()) {
              ask(name, peer, out);
            }
          });
    }
  }
}
