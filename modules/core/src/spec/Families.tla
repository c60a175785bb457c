------------------------------ MODULE Families ------------------------------
(* The groups that the models are made of, by name. *)
EXTENDS Synod

CONSTANTS a1, a2, a3, a4, a5

One == 1 .. 1
Two == 1 .. 2
Three == 1 .. 3
Four == 1 .. 4

Group(S, p1, p2) == [acceptors |-> S, p1 |-> p1, p2 |-> p2]

Majority == <<Group(Members, Majorities(Members), Majorities(Members))>>

(* Phase 2 of any two of four, phase 1 of any three. *)
SmallPhase2 == <<Group(Members, AtLeast(3, Members), AtLeast(2, Members))>>

(* Not valid: any two of three for phase 1, any single one for phase 2. *)
DoNotMeet == <<Group(Members, AtLeast(2, Members), AtLeast(1, Members))>>

(* Two configurations without a common member; the quorums of each phase differ in size. *)
Disjoint == <<Group({a1, a2}, {{a1, a2}}, {{a1}, {a2}}),
              Group({a3, a4}, {{a3}, {a4}}, {{a3, a4}})>>

(* Both acceptors for phase 1, any of them for phase 2; whoever else there is has no say. *)
Pair == <<Group(Members, {{a1, a2}}, {{a1}, {a2}})>>

(* One acceptor alone, then another one. *)
Successor == <<Group({a1}, {{a1}}, {{a1}}), Group({a2}, {{a2}}, {{a2}})>>

(* One acceptor leaves, two come. *)
Handover == <<Group({a1}, {{a1}}, {{a1}}), Group({a2, a3}, {{a2}, {a3}}, {{a2, a3}})>>

SymmetryOfPair == Permutations({a1, a2})
SymmetryOfPairs == Permutations({a1, a2}) \cup Permutations({a3, a4})
SymmetryOfComers == Permutations({a2, a3})

(***************************************************************************)
(* a1 a2 choose, or a5 alone; a3 is in no quorum. With the messages that   *)
(* do not arrive, this is the smallest group known in which the leader of  *)
(* ballot 1 may learn that ballot 3 has chosen the very value it proposed. *)
(***************************************************************************)
Deposed == <<Group(Members, {{a1, a5}, {a2, a4, a5}}, {{a1, a2}, {a5}})>>
ArriveDeposed ==
  {<<1, a1, 1>>, <<1, a5, 1>>, <<2, a1, 1>>, <<2, a3, 1>>,
   <<1, a2, 2>>, <<1, a4, 2>>, <<1, a5, 2>>, <<2, a4, 2>>,
   <<1, a1, 3>>, <<1, a5, 3>>, <<2, a1, 3>>, <<2, a2, 3>>,
   <<1, a2, 4>>, <<1, a4, 4>>, <<1, a5, 4>>, <<2, a4, 4>>, <<2, a5, 4>>}
  \cup ({3} \X {a1, a2, a3} \X {1, 3}) \cup ({4} \X {a2} \X {a1, a3})
LostDeposed ==
  ((1 .. 4) \X Members \X (Four \cup Members)) \ ArriveDeposed

(* Of four ballots, the messages that a re-proposal with the old ballot needs to go wrong. *)
LostOldBallot ==
  {<<1, a2, 1>>, <<1, a1, 2>>, <<1, a2, 3>>, <<1, a1, 4>>,
   <<2, a2, 1>>, <<2, a3, 1>>, <<2, a1, 2>>, <<2, a3, 2>>, <<2, a2, 3>>, <<2, a1, 4>>}
=============================================================================
