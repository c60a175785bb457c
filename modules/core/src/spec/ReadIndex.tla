----------------------------- MODULE ReadIndex -----------------------------
(***************************************************************************)
(* ReadIndex: what a leader reads at is at least what any member had       *)
(* answered when the read was asked for. One read; the leaders' knowledge  *)
(* of what is chosen is explicit, because a read is wrong when it is old.  *)
(***************************************************************************)
EXTENDS Families, Sequences

CONSTANTS
  ReadRecovered,      \* (a) every slot up to the highest one reported in phase 1 is known chosen
  ReadCovered,        \* (b) Promises cover k + 1 from a phase-1 quorum of cfg(k + 1)
  ReadConfirmed,      \* a phase-2 quorum of acks confirms the read
  ReadConfiguration,  \* ... of that same cfg(k + 1)
  ReadBeatAfter,      \* ... to a beat sent after the read was asked for
  ReadAckPromised,    \* an acceptor acknowledges only the ballot it has promised
  OnlyLeaderTallies   \* only the leader of b counts Accepted(b)

VARIABLES
  known,     \* of each ballot's leader: Phase2.chosen
  answered,  \* up to this slot, some member has applied and its callers may know
  early,     \* pairs <<a, b>>: a has acknowledged a beat of b that was sent before the read
  read       \* [b, i, least, acks, done]; b = 0 before it is asked for

readVars == <<known, answered, early, read>>

InitRead ==
  /\ Init
  /\ known = [b \in Ballots |-> 0]
  /\ answered = 0
  /\ early = {}
  /\ read = [b |-> 0, i |-> 0, least |-> 0, acks |-> {}, done |-> FALSE]

(* Phase2.accepted and Phase2.learned: the leader of b finds that its next slot is chosen. *)
Advance(b) ==
  LET s == known[b] + 1
      own == {m \in accepts : m.b = b /\ m.s = s}
  IN /\ s \in Slots
     /\ \/ \E m \in own : Won(m)
        \/ /\ \E o \in Ballots : known[o] >= s
           /\ \A m \in own : ChosenAt(s) = {m.v}
     /\ known' = [known EXCEPT ![b] = s]
     /\ answered' = IF s > answered THEN s ELSE answered
     /\ UNCHANGED <<vars, early, read>>

(* Some other member has counted the Accepted messages, and its replica answers. *)
TalliedElsewhere ==
  /\ ~OnlyLeaderTallies
  /\ \E m \in accepts : m.s = answered + 1 /\ Won(m)
  /\ answered' = answered + 1
  /\ UNCHANGED <<vars, known, early, read>>

(* Proposer.flush: the leader of b takes the question, to be answered with its k. *)
Ask(b) ==
  LET k == known[b]
      c == ConfigurationOf(k + 1)
      Qs == {Q \in Configurations[c].p1 :
               \/ k + 1 \notin Slots
               \/ Q \subseteq {p.a : p \in Reports(b, k + 1)}}
      recovered(Q) == \A p \in promises :
                        p.b = b /\ p.a \in Q /\ p.e # Nothing => p.s <= k
  IN /\ read.b = 0
     /\ \E p \in promises : p.b = b
     /\ \E Q \in (IF ReadCovered THEN Qs ELSE {{}}) : ReadRecovered => recovered(Q)
     /\ read' = [b |-> b, i |-> k, least |-> answered, done |-> FALSE,
                 acks |-> IF ReadBeatAfter THEN {} ELSE {a \in Members : <<a, b>> \in early}]
     /\ UNCHANGED <<vars, known, answered, early>>

(* Acceptor.beat: a acknowledges a beat that was sent before the read was asked for. *)
EarlyBeat(a, b) ==
  /\ ~ReadBeatAfter
  /\ read.b = 0
  /\ promised[a] = b
  /\ early' = early \cup {<<a, b>>}
  /\ UNCHANGED <<vars, known, answered, read>>

(* Acceptor.beat: a acknowledges a beat that was sent after; its promise need not be durable. *)
Beat(a) ==
  /\ read.b # 0 /\ ~read.done
  /\ ReadAckPromised => promised[a] = read.b
  /\ a \notin read.acks
  /\ read' = [read EXCEPT !.acks = @ \cup {a}]
  /\ UNCHANGED <<vars, known, answered, early>>

(* PendingReadIndex.confirm: the leader answers with ReadIndexReply. *)
Reply ==
  /\ read.b # 0 /\ ~read.done
  /\ \/ ~ReadConfirmed
     \/ \E c \in 1 .. Len(Configurations) :
          /\ ReadConfiguration => c = ConfigurationOf(read.i + 1)
          /\ \E Q \in Configurations[c].p2 : Q \subseteq read.acks
  /\ read' = [read EXCEPT !.done = TRUE]
  /\ UNCHANGED <<vars, known, answered, early>>

NextRead ==
  \/ Consensus /\ UNCHANGED readVars
  \/ \E b \in Ballots : Advance(b) \/ Ask(b)
  \/ TalliedElsewhere
  \/ \E a \in Members, b \in Ballots : EarlyBeat(a, b)
  \/ \E a \in Members : Beat(a)
  \/ Reply

SpecWithReads == InitRead /\ [][NextRead]_<<vars, readVars>>

(* A read shows every write that had been answered when it was asked for. *)
Linearizable == read.done => read.i >= read.least
=============================================================================
