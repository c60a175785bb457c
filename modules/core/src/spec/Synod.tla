------------------------------- MODULE Synod -------------------------------
(***************************************************************************)
(* Flexible Paxos (Howard, Malkhi and Spiegelman, 2016) for a log whose    *)
(* slots may have different configurations: the rules I1 to I6, and I7,    *)
(* the learner's. Each rule is a switch; a model that turns one off must   *)
(* be found wrong.                                                         *)
(*                                                                         *)
(* The actions have the names of the messages that the code handles, and   *)
(* the variables those of its fields. A message may be lost, repeated and  *)
(* overtaken: it is a member of a set that only grows, and who never looks *)
(* at it has never received it. A message that says what stays true once   *)
(* it is true (Chosen, Learned) needs no set: whoever gets it late might   *)
(* as well have got it now. Ballot b has one leader, which knows what it   *)
(* has been told by the messages that its action looks at.                 *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC

CONSTANTS
  Members,         \* whoever accepts in any configuration
  Ballots,         \* 1 .. n; each has a leader of its own (I4)
  Slots,           \* 1 .. m
  Alpha,           \* a change chosen at slot r is first used at slot r + Alpha
  Configurations,  \* a sequence of [acceptors, p1, p2]; the first one is the group's first
  Changes,         \* the ballots whose leaders may propose a change of configuration
  Lost             \* what never reaches a: <<1, a, b>> Prepare(b), <<2, a, b>> Accept(b),
                   \* <<3, a, b>> Chosen(b), <<4, a, n>> Learned of n

CONSTANTS          \* the rules
  I1Known,         \* cfg(s) is asked only when every slot <= s - Alpha is known chosen
  I2Quorum,        \* proposes only with Promises of a phase-1 quorum
  I2Configuration, \* ... of the slot's own configuration
  I3Highest,       \* proposes the value reported with the highest ballot
  I3NewBallot,     \* a re-proposal carries the leader's ballot, never the old one
  I4OneValue,      \* one value per (ballot, slot)
  I5Quorum,        \* chosen only by a phase-2 quorum
  I5Members,       \* ... of members: other votes never count
  I6NeverFalls,    \* promised never falls
  I6Durable,       \* Promise and Accepted leave only after their record is durable
  I6AcceptRaises,  \* Accept raises promised
  I7Ballot,        \* Chosen(b, k) chooses only what was accepted here at ballot b
  I7OwnProposal,   \* Chosen(b, k) is sent only while the leader's own proposals are the chosen ones
  I7NoneHigher,    \* ... and none of them became known as chosen at a higher ballot
  I7Overwrites,    \* a learned value overwrites a stale accept
  I7ChosenBallot,  \* ... with the ballot it was chosen at
  I7BelowFloor,    \* ... and none of them lies below a floor, where no value is left to compare
  I7Frozen,        \* a slot known chosen stores no later Accept
  I7NoVote         \* ... and answers it with Learned, never with Accepted

VARIABLES
  promised,        \* of each member: Acceptor.promised
  entry,           \* of each member and slot: SlotLog.entries, [b, v]
  chosen,          \* of each member: the slots that SlotLog.isChosen
  floor,           \* of each member: SlotLog.floor
  promises,        \* Promise: [a, b, s, e], that a held e at s when it had promised b; a page a slot
  accepts,         \* Accept: [b, s, v, c, old]; c is the configuration it was proposed in
  accepteds        \* Accepted: [a, b, s]

vars == <<promised, entry, chosen, floor, promises, accepts, accepteds>>

Nothing == [b |-> 0, v |-> 0]

(* Values: 0 is a no-op, b the command of the leader of b, 10 + i a change to configuration i. *)
NoOp == 0
Change(i) == 10 + i
IsChange(v) == v > 10

Max(S) == CHOOSE x \in S : \A y \in S : y <= x

Majorities(S) == {Q \in SUBSET S : 2 * Cardinality(Q) > Cardinality(S)}
AtLeast(n, S) == {Q \in SUBSET S : Cardinality(Q) >= n}

-----------------------------------------------------------------------------
(* What is chosen. *)

Voters(votes, b, s) == {m.a : m \in {x \in votes : x.b = b /\ x.s = s}}

(* I5: whether these votes let the leader of this Accept conclude that its value is chosen. *)
WonBy(votes, m) ==
  LET c == Configurations[m.c]
      voters == Voters(votes, m.b, m.s)
      counted == IF I5Members THEN voters \cap c.acceptors ELSE voters
  IN \/ \E Q \in c.p2 : Q \subseteq counted
     \/ ~I5Members /\ \E Q \in c.p2 : Cardinality(Q) <= Cardinality(counted)
     \/ ~I5Quorum /\ counted # {}

Won(m) == WonBy(accepteds, m)

ChosenAt(s) == {m.v : m \in {x \in accepts : x.s = s /\ Won(x)}}

(* The configuration of a slot: the one chosen at the highest slot <= s - Alpha, else the first. *)
ConfigurationOf(s) ==
  LET R == {r \in Slots : r <= s - Alpha /\ \E v \in ChosenAt(r) : IsChange(v)}
  IN IF R = {} THEN 1
     ELSE (CHOOSE v \in ChosenAt(Max(R)) : IsChange(v)) - 10

(* I1: what a leader may take for the configuration of a slot. *)
Believed(s) ==
  IF I1Known
  THEN IF \A r \in Slots : r <= s - Alpha => ChosenAt(r) # {} THEN {ConfigurationOf(s)} ELSE {}
  ELSE {1, ConfigurationOf(s)}

-----------------------------------------------------------------------------
Init ==
  /\ promised = [a \in Members |-> 0]
  /\ entry = [a \in Members |-> [s \in Slots |-> Nothing]]
  /\ chosen = [a \in Members |-> {}]
  /\ floor = [a \in Members |-> 0]
  /\ promises = {}
  /\ accepts = {}
  /\ accepteds = {}

(* Acceptor.prepare: a handles Prepare(b) and answers with a Promise. *)
Prepare(a, b) ==
  /\ <<1, a, b>> \notin Lost
  /\ I6NeverFalls => b >= promised[a]
  /\ ~ \E p \in promises : p.a = a /\ p.b = b
  /\ promised' = [promised EXCEPT ![a] = b]
  /\ promises' = promises \cup {[a |-> a, b |-> b, s |-> s, e |-> entry[a][s]] : s \in Slots}
  /\ UNCHANGED <<entry, chosen, floor, accepts, accepteds>>

Reports(b, s) == {p \in promises : p.b = b /\ p.s = s}

(* I2: the sets of acceptors whose Promises may let the leader of b propose at s. *)
Covering(b, s, c) ==
  LET family == IF I2Configuration THEN Configurations[c].p1 ELSE Configurations[1].p1
      told == {p.a : p \in Reports(b, s)}
  IN {Q \in (IF I2Quorum THEN family ELSE family \cup {{}}) : Q \subseteq told}

OwnValues(b) == {b} \cup (IF b \in Changes THEN {Change(2)} ELSE {})

(* I3: [v, old] that the leader of b may propose, knowing these Promises. *)
Proposals(b, reports) ==
  LET E == {p.e : p \in reports} \ {Nothing}
      top == {e \in E : \A f \in E : f.b <= e.b}
      allowed == IF I3Highest THEN top ELSE E
  IN IF E = {} THEN {[v |-> v, old |-> b] : v \in OwnValues(b)}
     ELSE {[v |-> e.v, old |-> IF I3NewBallot THEN b ELSE e.b] : e \in allowed}

(* Proposer.propose: the leader of b sends Accept for s. *)
Propose(b, s) ==
  /\ I4OneValue => ~ \E m \in accepts : m.b = b /\ m.s = s
  /\ \E c \in Believed(s) :
       \E Q \in Covering(b, s, c) :
         \E p \in Proposals(b, {r \in Reports(b, s) : r.a \in Q}) :
           accepts' = accepts \cup {[b |-> b, s |-> s, v |-> p.v, c |-> c, old |-> p.old]}
  /\ accepts' # accepts
  /\ UNCHANGED <<promised, entry, chosen, floor, promises, accepteds>>

(* Acceptor.accept: a handles Accept and, unless the slot is frozen, answers with Accepted. *)
Accept(a, m) ==
  /\ <<2, a, m.b>> \notin Lost
  /\ a \in Configurations[m.c].acceptors \/ ~I5Members
  /\ \/ /\ m.s \notin chosen[a] \/ ~I7Frozen
        /\ I6NeverFalls => m.b >= promised[a]
        /\ promised' = IF I6AcceptRaises THEN [promised EXCEPT ![a] = m.b] ELSE promised
        /\ entry' = [entry EXCEPT ![a][m.s] = [b |-> m.old, v |-> m.v]]
     \/ /\ m.s \in chosen[a]
        /\ ~I7NoVote
        /\ UNCHANGED <<promised, entry>>
  /\ accepteds' = accepteds \cup {[a |-> a, b |-> m.b, s |-> m.s]}
  /\ accepteds' # accepteds
  /\ UNCHANGED <<chosen, floor, promises, accepts>>

(* A crash, after which a starts with less than it has told others. *)
Restart(a) ==
  /\ ~I6Durable
  /\ promised' = [promised EXCEPT ![a] = 0]
  /\ entry' = [entry EXCEPT ![a] = [s \in Slots |-> Nothing]]
  /\ chosen' = [chosen EXCEPT ![a] = {}]
  /\ UNCHANGED <<floor, promises, accepts, accepteds>>

-----------------------------------------------------------------------------
(* Learners: what one member makes of what it is told is chosen. *)

(* Whether n may have taught a leader of b that s is chosen as it proposed it there. *)
Confirms(n, m) ==
  /\ m.s \in chosen[n]
  /\ IF m.s <= floor[n] THEN ~I7BelowFloor
     ELSE /\ I7OwnProposal => entry[n][m.s].v = m.v
          /\ I7NoneHigher => entry[n][m.s].b <= m.b

(* Phase2.chosen >= k: the leader of b may send Chosen(b, k). *)
MayTell(b, k) ==
  \A s \in Slots : s <= k =>
    LET own == {m \in accepts : m.b = b /\ m.s = s}
    IN IF own = {} THEN \E n \in Members : s \in chosen[n]
       ELSE \E m \in own : Won(m) \/ \E n \in Members : Confirms(n, m)

(* Learner.chosen and SlotLog.choose: a handles Chosen(b, k), k >= s. *)
Chosen(a, b, s) ==
  /\ <<3, a, b>> \notin Lost
  /\ s \notin chosen[a]
  /\ \A r \in Slots : r < s => r \in chosen[a]
  /\ entry[a][s] # Nothing
  /\ I7Ballot => entry[a][s].b = b
  /\ MayTell(b, s)
  /\ chosen' = [chosen EXCEPT ![a] = @ \cup {s}]
  /\ UNCHANGED <<promised, entry, floor, promises, accepts, accepteds>>

(* Learner.learned and SlotLog.learn: n answers Learn of a with Learned, in any order. *)
Learned(a, n, s) ==
  /\ <<4, a, n>> \notin Lost
  /\ s \in chosen[n] /\ s > floor[n]
  /\ s \notin chosen[a]
  /\ entry' = [entry EXCEPT ![a][s] =
       IF ~I7Overwrites /\ @ # Nothing THEN @
       ELSE IF I7ChosenBallot THEN entry[n][s]
       ELSE [b |-> 0, v |-> entry[n][s].v]]
  /\ chosen' = [chosen EXCEPT ![a] = @ \cup {s}]
  /\ UNCHANGED <<promised, floor, promises, accepts, accepteds>>

(***************************************************************************)
(* A restart that loses the lazy records: that a slot is chosen, and what  *)
(* was learned, unless a Promise that was sent after it has forced it. The *)
(* vote itself was forced, and comes back.                                 *)
(***************************************************************************)
LastVote(a, s) ==
  LET M == {m \in accepts : m.s = s /\ [a |-> a, b |-> m.b, s |-> s] \in accepteds}
  IN IF M = {} THEN Nothing
     ELSE LET m == CHOOSE x \in M : \A y \in M : y.b <= x.b IN [b |-> m.old, v |-> m.v]

ForgetsChosen(a, s) ==
  /\ s \in chosen[a] /\ s > floor[a]
  /\ chosen' = [chosen EXCEPT ![a] = @ \ {s}]
  /\ entry' \in {entry} \cup
       (IF \E p \in promises : p.a = a /\ p.s = s /\ p.e = entry[a][s]
        THEN {} ELSE {[entry EXCEPT ![a][s] = LastVote(a, s)]})
  /\ UNCHANGED <<promised, floor, promises, accepts, accepteds>>

-----------------------------------------------------------------------------
Consensus ==
  \/ \E a \in Members, b \in Ballots : Prepare(a, b)
  \/ \E b \in Ballots, s \in Slots : Propose(b, s)
  \/ \E a \in Members : \E m \in accepts : Accept(a, m)
  \/ \E a \in Members : Restart(a)

Learning ==
  \/ \E a \in Members, b \in Ballots, s \in Slots : Chosen(a, b, s)
  \/ \E a, n \in Members, s \in Slots : Learned(a, n, s)

Forgetting == \E a \in Members, s \in Slots : ForgetsChosen(a, s)

(* Acceptors and leaders only, and both with learners. *)
Spec == Init /\ [][Consensus]_vars
SpecWithLearners == Init /\ [][Consensus \/ Learning]_vars
SpecWithRestarts == Init /\ [][Consensus \/ Learning \/ Forgetting]_vars

-----------------------------------------------------------------------------
(* What must hold. *)

(* A slot has one value. *)
Agreement == \A s \in Slots : Cardinality(ChosenAt(s)) <= 1

(* What a member takes for chosen is chosen. *)
KnownIsChosen ==
  \A a \in Members : \A s \in chosen[a] : s > floor[a] => entry[a][s].v \in ChosenAt(s)

TypeOK ==
  /\ promised \in [Members -> {0} \cup Ballots]
  /\ \A a \in Members : \A s \in Slots : entry[a][s].b \in {0} \cup Ballots
  /\ \A a \in Members : chosen[a] \subseteq Slots
  /\ \A p \in promises : p.a \in Members /\ p.b \in Ballots /\ p.s \in Slots
  /\ \A m \in accepteds : m.a \in Members /\ m.b \in Ballots /\ m.s \in Slots

Symmetry == Permutations(Members)
=============================================================================
