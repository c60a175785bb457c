------------------------------- MODULE Leases -------------------------------
(***************************************************************************)
(* The lease of the leader of ballot 1, and what it forbids the candidate  *)
(* of ballot 2. Small and apart from Synod: what matters is time. Each     *)
(* acceptor and the leader have a clock; the clocks part by Skew at most,  *)
(* so within a lease one may gain 2 * Skew on another.                     *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Sequences, TLC

CONSTANTS
  Acceptors, Leader,  \* who has a clock
  Phase1, Phase2,     \* sizes of quorums
  Skew, Lease, Horizon, Beats,

  LeaseSending,  \* the leader counts from when the beat was sent
  LeaseDrift,    \* ... and less than was granted, by what the clocks may part
  LeaseQuorum,   \* a phase-2 quorum grants it
  LeaseFull,     \* a grantor counts the full duration, from when it sees the beat
  LeaseBlocks,   \* ... and promises no other ballot meanwhile
  LeaseWaits,    \* who was started again waits a full lease
  LeaseStops     \* who resigns stops to answer before it says so

VARIABLES
  clock,    \* of each
  sent,     \* of each beat that was sent, what the leader's clock showed
  acks,     \* pairs <<a, n>>: a has granted a lease by beat n, and said so
  counted,  \* of each acceptor, until when the leader counts on it
  until,    \* of each acceptor, until when it promises no other ballot
  promised, \* 1 or 2
  restarts, \* how many there were
  resigned, \* whether the leader has said that it resigns
  decided   \* whether ballot 2 may have decided something

vars == <<clock, sent, acks, counted, until, promised, restarts, resigned, decided>>

Clocks == Acceptors \cup {Leader}
Symmetric == Permutations(Acceptors)

Max(x, y) == IF x > y THEN x ELSE y

Init ==
  /\ clock = [c \in Clocks |-> 0]
  /\ sent = <<>>
  /\ acks = {}
  /\ counted = [a \in Acceptors |-> 0]
  /\ until = [a \in Acceptors |-> 0]
  /\ promised = [a \in Acceptors |-> 1]
  /\ restarts = 0
  /\ resigned = FALSE
  /\ decided = FALSE

Tick(c) ==
  /\ clock[c] < Horizon
  /\ \A o \in Clocks : clock[c] + 1 - clock[o] <= Skew
  /\ clock' = [clock EXCEPT ![c] = @ + 1]
  /\ UNCHANGED <<sent, acks, counted, until, promised, restarts, resigned, decided>>

(* Beats.send *)
Beat ==
  /\ Len(sent) < Beats /\ ~resigned
  /\ sent' = Append(sent, clock[Leader])
  /\ UNCHANGED <<clock, acks, counted, until, promised, restarts, resigned, decided>>

(* Acceptor.beat and grant; the beat may come late, and again. *)
Grant(a, n) ==
  /\ promised[a] = 1
  /\ until' = [until EXCEPT ![a] = Max(@, clock[a] + (IF LeaseFull THEN Lease ELSE Lease - 2))]
  /\ acks' = acks \cup {<<a, n>>}
  /\ UNCHANGED <<clock, sent, counted, promised, restarts, resigned, decided>>

(* Beats.answered *)
Count(a, n) ==
  /\ <<a, n>> \in acks
  /\ LET from == IF LeaseSending THEN sent[n] ELSE clock[Leader]
         least == IF LeaseDrift THEN 2 * Skew ELSE 0
     IN counted' = [counted EXCEPT ![a] = Max(@, from + Lease - least)]
  /\ acks' = acks \ {<<a, n>>}
  /\ UNCHANGED <<clock, sent, until, promised, restarts, resigned, decided>>

(* Acceptor.prepare *)
Promise(a) ==
  /\ promised[a] = 1
  /\ LeaseBlocks => clock[a] >= until[a]
  /\ promised' = [promised EXCEPT ![a] = 2]
  /\ UNCHANGED <<clock, sent, acks, counted, until, restarts, resigned, decided>>

(* Leases are not written down; what was promised is. *)
Restart(a) ==
  /\ restarts = 0
  /\ restarts' = 1
  /\ until' = [until EXCEPT ![a] = IF LeaseWaits THEN clock[a] + Lease ELSE 0]
  /\ UNCHANGED <<clock, sent, acks, counted, promised, resigned, decided>>

(* Proposer.stop *)
Resign ==
  /\ ~resigned
  /\ resigned' = TRUE
  /\ UNCHANGED <<clock, sent, acks, counted, until, promised, restarts, decided>>

Resigned(a) ==
  /\ resigned
  /\ until' = [until EXCEPT ![a] = 0]
  /\ UNCHANGED <<clock, sent, acks, counted, promised, restarts, resigned, decided>>

Decide ==
  /\ ~decided
  /\ Cardinality({a \in Acceptors : promised[a] = 2}) >= Phase1
  /\ decided' = TRUE
  /\ UNCHANGED <<clock, sent, acks, counted, until, promised, restarts, resigned>>

Next ==
  \/ \E c \in Clocks : Tick(c)
  \/ Beat
  \/ \E a \in Acceptors :
       \/ \E n \in 1..Len(sent) : Grant(a, n) \/ Count(a, n)
       \/ Promise(a) \/ Restart(a) \/ Resigned(a)
  \/ Resign
  \/ Decide

Spec == Init /\ [][Next]_vars

(* Proposer.flush answers reads by the lease. *)
Serves ==
  /\ LeaseStops => ~resigned
  /\ Cardinality({a \in Acceptors : clock[Leader] < counted[a]})
       >= (IF LeaseQuorum THEN Phase2 ELSE 1)

Linearizable == ~(Serves /\ decided)
=============================================================================
