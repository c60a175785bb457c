------------------------------- MODULE Trace -------------------------------
(***************************************************************************)
(* Observed runs, checked against Disks: each event of a trace must be a   *)
(* step of NextDisks, with the event's name and arguments, and lead to the *)
(* state that was observed. An event names all of the observed state that  *)
(* it changed: what it does not name must stay. Disk and queue are not     *)
(* observed while a member runs; they follow from its steps, and are       *)
(* compared with what it finds when it starts.                             *)
(* (Cirstea, Kuppe, Loillier and Merz, "Validating Traces of Distributed   *)
(* Programs Against TLA+ Specifications", 2024.)                           *)
(*                                                                         *)
(* Ballot 10 * r + i is the i-th member's of round r. The value of a slot  *)
(* is named after the first ballot that proposed it there.                 *)
(***************************************************************************)
EXTENDS Disks

CONSTANT Traces  \* a sequence of sequences of events

VARIABLES trace, at

InOrder == <<a1, a2, a3, a4, a5>>
OwnerInOrder(b) == InOrder[b % 10]

Last == Max(Slots)

(* What a set of <<s, b, v>> says of each slot. *)
EntryIn(e, s, otherwise) ==
  IF \E x \in e : x[1] = s
  THEN LET x == CHOOSE y \in e : y[1] = s IN [b |-> x[2], v |-> x[3]]
  ELSE otherwise

Page(a, b, f, l, e) ==
  {[a |-> a, b |-> b, s |-> s, e |-> EntryIn(e, s, Nothing)] : s \in f .. l}

(* The memory of a, after the event. *)
Memory(e) ==
  /\ promised' = [promised EXCEPT ![e.a] = e.p]
  /\ entry' = [entry EXCEPT ![e.a] = [s \in Slots |-> EntryIn(e.e, s, @[s])]]
  /\ chosen' = [chosen EXCEPT ![e.a] = (1 .. e.k) \cup e.x]

Leaves(a, m) ==
  IF IsOut(m) THEN UNCHANGED <<vars, diskVars>>
  ELSE \E i \in 1 .. Len(queue[a]) : queue[a][i] = m /\ Leave(a, i)

Step(e) ==
  \/ e.n = "campaigns" /\ Campaigns(e.b)
  \/ e.n = "asks" /\ Asks(e.b)
  \/ e.n = "promised" /\ Promised(e.a, e.b) /\ Memory(e)
  \/ e.n = "shows" /\ PageOf(e.a, e.b, e.f, e.l) = Page(e.a, e.b, e.f, e.l, e.e) /\ Shows(e.a, e.b, e.f, e.l)
  \/ e.n = "accepts" /\ (\E m \in accepts : m.b = e.b /\ m.s = e.s /\ m.v = e.v /\ Accepts(e.a, m)) /\ Memory(e)
  \/ e.n = "votes" /\ Votes(e.a, e.b, e.s)
  \/ e.n = "proposes" /\ Proposes(e.b, e.s, e.v, e.heard, e.votes)
  \/ e.n = "tells" /\ Tells(e.b, e.k, e.votes)
  \/ e.n = "teaches" /\ Teaches(e.a, e.s) /\ entry[e.a][e.s] = [b |-> e.b, v |-> e.v]
  \/ e.n = "chooses" /\ Chooses(e.a, e.b, e.s) /\ Memory(e)
  \/ e.n = "learns" /\ [s |-> e.s, e |-> [b |-> e.b, v |-> e.v]] \in lessons
       /\ Learns(e.a, [s |-> e.s, e |-> [b |-> e.b, v |-> e.v]]) /\ Memory(e)
  \/ e.n = "notes" /\ Notes(e.a, e.c)
  \/ e.n = "forces" /\ Force(e.a)
  \/ e.n = "prepare leaves" /\ Leaves(e.a, [kind |-> "Prepare", b |-> e.b])
  \/ e.n = "promise leaves" /\ Leaves(e.a, [kind |-> "Promise", page |-> Page(e.a, e.b, e.f, e.l, e.e)])
  \/ e.n = "vote leaves" /\ Leaves(e.a, [kind |-> "Accepted", vote |-> [a |-> e.a, b |-> e.b, s |-> e.s]])
  \/ e.n = "starts" /\ (\E i \in 0 .. Len(queue[e.a]) : Recover(e.a, i)) /\ Memory(e)
       /\ disk'[e.a].campaigned = e.c

TraceInit ==
  /\ InitDisks
  /\ trace \in 1 .. Len(Traces)
  /\ at = 0

TraceNext ==
  /\ at < Len(Traces[trace])
  /\ Step(Traces[trace][at + 1])
  /\ at' = at + 1
  /\ UNCHANGED trace

TraceSpec == TraceInit /\ [][TraceNext]_<<vars, diskVars, trace, at>>

(* Says how far each trace comes: the event after the last one told is no step. *)
Reached == PrintT(<<"reached", trace, at>>)
=============================================================================
