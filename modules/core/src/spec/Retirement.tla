----------------------------- MODULE Retirement ----------------------------
(***************************************************************************)
(* The fence before a member that left may stop: what it knows must be     *)
(* with those who stay. Safety needs only that it never answers again;     *)
(* without the fence slots of the old configuration are lost for ever.     *)
(***************************************************************************)
EXTENDS Families

CONSTANTS
  FenceQuorum,    \* a phase-2 quorum of the new configuration knows; else one member of it
  FenceAllSlots,  \* ... every slot up to r + Alpha - 1; else up to r
  FenceDurable,   \* ... durably: no restart makes it forget
  NeverAgain      \* who retired never answers under that id again

VARIABLES
  durable,        \* of each member: the slots known chosen, by a record that was forced
  retired

retirementVars == <<durable, retired>>

InitRetirement ==
  /\ Init
  /\ durable = [a \in Members |-> {}]
  /\ retired = {}

Old == Configurations[1].acceptors
New == Configurations[2].acceptors

(* The first slot where the change took effect. *)
ChangedAt == {r \in Slots : Change(2) \in ChosenAt(r)}
LastOfOld(r) == r + Alpha - 1

Force(a) ==
  /\ durable[a] # chosen[a]
  /\ durable' = [durable EXCEPT ![a] = chosen[a]]
  /\ UNCHANGED <<vars, retired>>

(* A restart that loses what was not forced. *)
Forget(a) ==
  /\ durable[a] # chosen[a]
  /\ chosen' = [chosen EXCEPT ![a] = durable[a]]
  /\ entry' = [entry EXCEPT ![a] =
       [s \in Slots |-> IF s \in durable[a] THEN @[s] ELSE LastVote(a, s)]]
  /\ UNCHANGED <<promised, floor, promises, accepts, accepteds, retired, durable>>

Retire(a) ==
  LET knows(n) == IF FenceDurable THEN durable[n] ELSE chosen[n]
  IN /\ a \in Old \ New
     /\ a \notin retired
     /\ ChangedAt # {}
     /\ LET r == CHOOSE x \in ChangedAt : \A y \in ChangedAt : x <= y
            last == IF FenceAllSlots THEN LastOfOld(r) ELSE r
            all == {s \in Slots : s <= last}
        IN IF FenceQuorum
           THEN \E Q \in Configurations[2].p2 : \A n \in Q : all \subseteq knows(n)
           ELSE \E n \in New : all \subseteq knows(n)
     /\ retired' = retired \cup {a}
     /\ UNCHANGED <<vars, durable>>

(* It comes back under its old id, with an empty store. *)
Return(a) ==
  /\ ~NeverAgain
  /\ a \in retired
  /\ retired' = retired \ {a}
  /\ promised' = [promised EXCEPT ![a] = 0]
  /\ entry' = [entry EXCEPT ![a] = [s \in Slots |-> Nothing]]
  /\ chosen' = [chosen EXCEPT ![a] = {}]
  /\ durable' = [durable EXCEPT ![a] = {}]
  /\ UNCHANGED <<floor, promises, accepts, accepteds>>

Active == Members \ retired

NextRetirement ==
  \/ /\ \/ \E a \in Active, b \in Ballots : Prepare(a, b)
        \/ \E b \in Ballots, s \in Slots : Propose(b, s)
        \/ \E a \in Active : \E m \in accepts : Accept(a, m)
        \/ \E a \in Active, b \in Ballots, s \in Slots : Chosen(a, b, s)
        \/ \E a, n \in Active, s \in Slots : Learned(a, n, s)
     /\ UNCHANGED retirementVars
  \/ \E a \in Active : Force(a) \/ Forget(a) \/ Retire(a)
  \/ \E a \in retired : Return(a)

SpecWithRetirement == InitRetirement /\ [][NextRetirement]_<<vars, retirementVars>>

(* Once a member has retired, whoever prepares in the new configuration finds every old slot. *)
NothingLost ==
  retired # {} =>
    LET r == CHOOSE x \in ChangedAt : \A y \in ChangedAt : x <= y
    IN \A s \in Slots : s <= LastOfOld(r) =>
         \A Q \in Configurations[2].p1 : \E n \in Q : s \in chosen[n]
=============================================================================
