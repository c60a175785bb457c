------------------------------- MODULE Disks -------------------------------
(***************************************************************************)
(* What Synod does in one step, a member does in several: it handles a     *)
(* message in memory, appends records, and what it says leaves once they   *)
(* are durable; a crash takes the memory, and whatever was not. Each       *)
(* action is one call of the code to its host. This is the grain at which  *)
(* the runs of the simulator are compared with the specification (Trace).  *)
(*                                                                         *)
(* Other than in Synod a member may forget that a slot is chosen, so what  *)
(* was true when Chosen or Learned was sent need not be known to anybody   *)
(* when it arrives: these messages are sets here. Promises come in pages,  *)
(* and a page may be shown again, with what the acceptor has by then.      *)
(***************************************************************************)
EXTENDS Families, Sequences

CONSTANTS
  Owner(_),        \* the member that leads with this ballot
  I4Durable        \* Prepare leaves only after the record of its ballot is durable

VARIABLES
  disk,            \* of each member: what is durable, as a restart would find it
  queue,           \* of each member: records and messages, in order; no message leaves before the
                   \* records ahead of it are on disk
  prepares,        \* Prepare: ballots
  notices,         \* Chosen: [b, k]
  lessons,         \* Learned: [s, e], a record for each slot
  proposed         \* ballots of living candidates, and where they have proposed: [b, s]; s is 0 at first

diskVars == <<disk, queue, prepares, notices, lessons, proposed>>
hosts == <<disk, queue, prepares>>
told == <<notices, lessons>>

(* A guard, to be evaluated as a whole: TLC takes a step for each way in which one may hold. *)
Holds(guard) == guard = TRUE

Blank == [promised |-> 0, campaigned |-> 0, chosen |-> 0, learned |-> {},
          entry |-> [s \in Slots |-> Nothing]]

InitDisks ==
  /\ Init
  /\ disk = [a \in Members |-> Blank]
  /\ queue = [a \in Members |-> <<>>]
  /\ prepares = {}
  /\ notices = {}
  /\ lessons = {}
  /\ proposed = {}

-----------------------------------------------------------------------------
(* The log. What is learned, or known chosen, is frozen: a later vote does not replace it. *)

Higher(x, y) == IF x < y THEN y ELSE x

Written(d, r) ==
  CASE r.kind = "promised" -> [d EXCEPT !.promised = Higher(@, r.b)]
    [] r.kind = "campaigned" -> [d EXCEPT !.campaigned = Higher(@, r.b)]
    [] r.kind = "accepted" ->
         [d EXCEPT !.promised = Higher(@, r.e.b),
                   !.entry[r.s] = IF r.s \in d.learned \/ r.s <= d.chosen THEN @ ELSE r.e]
    [] r.kind = "learned" -> [d EXCEPT !.learned = @ \cup {r.s}, !.entry[r.s] = r.e]
    [] r.kind = "chosen" -> [d EXCEPT !.chosen = Higher(@, r.k)]
    [] OTHER -> d

IsMessage(i) == i.kind \in {"Prepare", "Promise", "Accepted"}

(* Whether the queue's i-th, a message, may leave. *)
MayLeave(q, i) ==
  \/ \A j \in 1 .. i - 1 : IsMessage(q[j])
  \/ ~I6Durable /\ q[i].kind # "Prepare"
  \/ ~I4Durable /\ q[i].kind = "Prepare"

RECURSIVE AfterWriting(_, _, _)
AfterWriting(d, q, n) == IF n = 0 THEN d ELSE Written(AfterWriting(d, q, n - 1), q[n])

Without(q, i) == SubSeq(q, 1, i - 1) \o SubSeq(q, i + 1, Len(q))

Records(a, kind) == {queue[a][i] : i \in {j \in 1 .. Len(queue[a]) : queue[a][j].kind = kind}}

Append1(a, r) == queue' = [queue EXCEPT ![a] = Append(@, r)]

(* To be sent after what was appended so far; unless the same is out, or waits already. *)
IsOut(m) ==
  CASE m.kind = "Prepare" -> m.b \in prepares
    [] m.kind = "Promise" -> m.page \subseteq promises
    [] OTHER -> m.vote \in accepteds

Defer(a, m) ==
  IF IsOut(m) \/ m \in Records(a, m.kind) THEN UNCHANGED queue ELSE Append1(a, m)

(* The first record that waits becomes durable. A force of several is as many steps. *)
Force(a) ==
  /\ \E i \in 1 .. Len(queue[a]) :
       /\ ~IsMessage(queue[a][i])
       /\ \A j \in 1 .. i - 1 : IsMessage(queue[a][j])
       /\ disk' = [disk EXCEPT ![a] = Written(@, queue[a][i])]
       /\ queue' = [queue EXCEPT ![a] = Without(@, i)]
  /\ UNCHANGED <<vars, prepares, told, proposed>>

(* Host.sendAfter: a message leaves. *)
Leave(a, i) ==
  LET m == queue[a][i]
  IN /\ IsMessage(m)
     /\ Holds(MayLeave(queue[a], i))
     /\ queue' = [queue EXCEPT ![a] = Without(@, i)]
     /\ prepares' = IF m.kind = "Prepare" THEN prepares \cup {m.b} ELSE prepares
     /\ promises' = IF m.kind = "Promise" THEN promises \cup m.page ELSE promises
     /\ accepteds' = IF m.kind = "Accepted" THEN accepteds \cup {m.vote} ELSE accepteds
     /\ UNCHANGED <<promised, entry, chosen, floor, accepts, disk, told, proposed>>

(* A crash, of which the first n in the queue were written, and the start that follows. *)
Recover(a, n) ==
  LET d == AfterWriting(disk[a], queue[a], n)
  IN /\ disk' = [disk EXCEPT ![a] = d]
     /\ queue' = [queue EXCEPT ![a] = <<>>]
     \* To have accepted is to have promised.
     /\ promised' = [promised EXCEPT ![a] = Max({d.promised} \cup {d.entry[s].b : s \in Slots})]
     /\ entry' = [entry EXCEPT ![a] = d.entry]
     /\ chosen' = [chosen EXCEPT ![a] = 1 .. d.chosen]
     /\ proposed' = {p \in proposed : Owner(p.b) # a}
     /\ UNCHANGED <<floor, promises, accepts, accepteds, prepares, told>>

-----------------------------------------------------------------------------
(* Acceptors. *)

(* Acceptor.promise: a raises its promise. *)
Promised(a, b) ==
  /\ b \in prepares
  /\ I6NeverFalls => b > promised[a]
  /\ promised' = [promised EXCEPT ![a] = b]
  /\ Append1(a, [kind |-> "promised", b |-> b])
  /\ UNCHANGED <<entry, chosen, floor, promises, accepts, accepteds, disk, prepares, told, proposed>>

(* Acceptor.page: a shows what it has at the slots f to l. *)
PageOf(a, b, f, l) == {[a |-> a, b |-> b, s |-> s, e |-> entry[a][s]] : s \in f .. l}

Shows(a, b, f, l) ==
  /\ b \in prepares
  /\ b = promised[a]
  /\ f \in Slots /\ l \in Slots
  /\ Defer(a, [kind |-> "Promise", page |-> PageOf(a, b, f, l)])
  /\ UNCHANGED <<vars, disk, prepares, told, proposed>>

(* Acceptor.accept: a keeps what it was sent. *)
Accepts(a, m) ==
  /\ Holds(m.s \notin chosen[a] \/ ~I7Frozen)
  /\ I6NeverFalls => m.b >= promised[a]
  /\ promised' = IF I6AcceptRaises THEN [promised EXCEPT ![a] = m.b] ELSE promised
  /\ entry' = [entry EXCEPT ![a][m.s] = [b |-> m.old, v |-> m.v]]
  /\ Append1(a, [kind |-> "accepted", s |-> m.s, e |-> [b |-> m.old, v |-> m.v]])
  /\ UNCHANGED <<chosen, floor, promises, accepts, accepteds, disk, prepares, told, proposed>>

(* ... and votes for it, now or when it is sent it again. *)
Votes(a, b, s) ==
  /\ Holds(s \notin chosen[a] \/ ~I7NoVote)
  /\ b >= promised[a]
  /\ entry[a][s].b = b
  /\ Defer(a, [kind |-> "Accepted", vote |-> [a |-> a, b |-> b, s |-> s]])
  /\ UNCHANGED <<vars, disk, prepares, told, proposed>>

-----------------------------------------------------------------------------
(* Proposers. *)

Used(a) == Max({disk[a].campaigned} \cup {r.b : r \in Records(a, "campaigned")})

Living(b) == [b |-> b, s |-> 0] \in proposed

(* Proposer.prepare: the member takes a ballot that it has never used, and gives up the one before. *)
Campaigns(b) ==
  LET a == Owner(b)
  IN /\ b > Used(a)
     /\ Append1(a, [kind |-> "campaigned", b |-> b])
     /\ proposed' = {p \in proposed : Owner(p.b) # a} \cup {[b |-> b, s |-> 0]}
     /\ UNCHANGED <<vars, disk, prepares, told>>

Asks(b) ==
  /\ Living(b)
  /\ Defer(Owner(b), [kind |-> "Prepare", b |-> b])
  /\ UNCHANGED <<vars, disk, prepares, told, proposed>>

(* Phase2.chosen >= s, by these votes and by what the leader's own learner knows. *)
Knows(b, s, votes) ==
  LET own == {m \in accepts : m.b = b /\ m.s = s}
      a == Owner(b)
  IN IF own = {} THEN s \in chosen[a] ELSE \E m \in own : WonBy(votes, m) \/ Confirms(a, m)

KnowsUpTo(b, k, votes) ==
  \A s \in Slots :
    (s > k) \/ (\E n \in notices : n.b = b /\ n.k >= s) \/ Knows(b, s, votes)

(* I3: what may be proposed, knowing these reports; anything if they show nothing. *)
MayPropose(v, reports) ==
  LET E == {p.e : p \in reports} \ {Nothing}
      top == {e \in E : \A f \in E : f.b <= e.b}
  IN E = {} \/ \E e \in IF I3Highest THEN top ELSE E : e.v = v

(***************************************************************************)
(* Proposer.propose: v at s, by what some of these pages report and votes  *)
(* have decided. There is one configuration, since the code cannot change  *)
(* it yet; that a slot's own one is asked, Synod shows.                    *)
(***************************************************************************)
Proposes(b, s, v, heard, votes) ==
  /\ Living(b)
  /\ [b |-> b, s |-> s] \notin proposed
  /\ s \notin chosen[Owner(b)]
  /\ heard \subseteq Reports(b, s) /\ votes \subseteq accepteds
  /\ Holds(I1Known => KnowsUpTo(b, s - Alpha, votes))
  /\ Holds(\E R \in SUBSET heard :
        /\ I2Quorum => \E Q \in Configurations[1].p1 : Q \subseteq {p.a : p \in R}
        /\ MayPropose(v, R))
  /\ accepts' = accepts \cup {[b |-> b, s |-> s, v |-> v, c |-> 1, old |-> b]}
  /\ proposed' = proposed \cup {[b |-> b, s |-> s]}
  /\ UNCHANGED <<promised, entry, chosen, floor, promises, accepteds, hosts, told>>

(* Proposer.announce. *)
Tells(b, k, votes) ==
  /\ Living(b)
  /\ votes \subseteq accepteds
  /\ Holds(KnowsUpTo(b, k, votes))
  /\ notices' = notices \cup {[b |-> b, k |-> k]}
  /\ UNCHANGED <<vars, hosts, lessons, proposed>>

-----------------------------------------------------------------------------
(* Learners. *)

(* SlotLog.choose: a has got Chosen(b, k), k >= s. *)
Chooses(a, b, s) ==
  /\ Holds(\E n \in notices : n.b = b /\ n.k >= s)
  /\ s \notin chosen[a]
  /\ \A r \in 1 .. s - 1 : r \in chosen[a]
  /\ entry[a][s] # Nothing
  /\ I7Ballot => entry[a][s].b = b
  /\ chosen' = [chosen EXCEPT ![a] = @ \cup {s}]
  /\ UNCHANGED <<promised, entry, floor, promises, accepts, accepteds, hosts, told, proposed>>

(* The record of it, which nobody waits for. *)
Notes(a, k) ==
  /\ \A s \in 1 .. k : s \in chosen[a]
  /\ k > Max({disk[a].chosen} \cup {r.k : r \in Records(a, "chosen")})
  /\ Append1(a, [kind |-> "chosen", k |-> k])
  /\ UNCHANGED <<vars, disk, prepares, told, proposed>>

(* A member sends Learned. *)
Teaches(a, s) ==
  /\ s \in chosen[a]
  /\ lessons' = lessons \cup {[s |-> s, e |-> entry[a][s]]}
  /\ UNCHANGED <<vars, hosts, notices, proposed>>

(* SlotLog.learn: a has got it. *)
Learns(a, m) ==
  /\ m.s \notin chosen[a]
  /\ entry' = [entry EXCEPT ![a][m.s] = m.e]
  /\ chosen' = [chosen EXCEPT ![a] = @ \cup {m.s}]
  /\ Append1(a, [kind |-> "learned", s |-> m.s, e |-> m.e])
  /\ UNCHANGED <<promised, floor, promises, accepts, accepteds, disk, prepares, told, proposed>>

-----------------------------------------------------------------------------
(* A candidate's own value: the first life of a ballot has another one than the next. *)
Own(b) == IF \E m \in accepts : m.b = b THEN {b, b + 5} ELSE {b}

NextDisks ==
  \/ \E a \in Members : Force(a) \/ \E i \in 1 .. Len(queue[a]) : Leave(a, i)
  \/ \E a \in Members : (queue[a] # <<>> \/ \E p \in proposed : Owner(p.b) = a) /\ Recover(a, 0)
  \/ \E a \in Members, b \in prepares : Promised(a, b)
  \/ \E a \in Members, b \in prepares, f \in Slots : Shows(a, b, f, Max(Slots))
  \/ \E a \in Members, m \in accepts : entry[a][m.s].b # m.b /\ Accepts(a, m)
  \/ \E a \in Members, m \in accepts : Votes(a, m.b, m.s)
  \/ \E b \in Ballots : Campaigns(b) \/ Asks(b)
  \/ \E b \in Ballots, s \in Slots :
       \E v \in Own(b) \cup {p.e.v : p \in Reports(b, s)} :
         Proposes(b, s, v, Reports(b, s), accepteds)
  \/ \E b \in Ballots, k \in Slots : Tells(b, k, accepteds)
  \/ \E a \in Members, n \in notices, s \in Slots : Chooses(a, n.b, s)
  \/ \E a \in Members, k \in Slots : Notes(a, k)
  \/ \E a \in Members, s \in Slots : Teaches(a, s)
  \/ \E a \in Members, m \in lessons : Learns(a, m)

SpecWithDisks == InitDisks /\ [][NextDisks]_<<vars, diskVars>>

(* The ballots of a1 and a2, in turn. *)
InTurn(b) == IF b % 2 = 1 THEN a1 ELSE a2

(* What was learned or is taken for chosen, is chosen. *)
TaughtIsChosen == \A m \in lessons : m.e.v \in ChosenAt(m.s)
=============================================================================
