------------------------------- MODULE Floors -------------------------------
(***************************************************************************)
(* Compaction: a member cuts off what it knows chosen up to a floor, and   *)
(* installs a snapshot in place of what it has missed. Promises come in    *)
(* pages, read at different times (here a slot a page), and what was       *)
(* compacted away between two pages must not be taken for empty.           *)
(***************************************************************************)
EXTENDS Families

CONSTANTS
  I2FloorAtFirst,  \* a Promise that would begin at or below the floor does not count
  I2FloorAtPages,  \* ... nor does any later page of it
  I6Install        \* a snapshot never lowers promised

(* Acceptor.prepare, page by page: a shows slot s, the first one asked for, or the one after. *)
Page(a, b, s) ==
  LET shown == {p.s : p \in {x \in promises : x.a = a /\ x.b = b}}
      void == s <= floor[a] /\ IF shown = {} THEN I2FloorAtFirst ELSE I2FloorAtPages
  IN /\ b >= promised[a]
     /\ IF shown = {} THEN TRUE ELSE s = Max(shown) + 1
     /\ promised' = [promised EXCEPT ![a] = b]
     /\ promises' = IF void THEN promises
                    ELSE promises \cup {[a |-> a, b |-> b, s |-> s, e |-> entry[a][s]]}
     /\ UNCHANGED <<entry, chosen, floor, accepts, accepteds>>

CutUpTo(a, s) == [entry EXCEPT ![a] = [r \in Slots |-> IF r <= s THEN Nothing ELSE @[r]]]

(* A snapshot is written at s, and the log cut up to it. *)
Truncated(a, s) ==
  /\ s > floor[a]
  /\ \A r \in 1 .. s : r \in chosen[a]
  /\ floor' = [floor EXCEPT ![a] = s]
  /\ entry' = CutUpTo(a, s)
  /\ UNCHANGED <<promised, chosen, promises, accepts, accepteds>>

(* A snapshot of n is installed at a. *)
Install(a, n) ==
  /\ floor[n] > floor[a]
  /\ \E s \in 1 .. floor[n] : s \notin chosen[a]
  /\ floor' = [floor EXCEPT ![a] = floor[n]]
  /\ chosen' = [chosen EXCEPT ![a] = @ \cup 1 .. floor[n]]
  /\ entry' = CutUpTo(a, floor[n])
  /\ promised' = IF I6Install THEN promised ELSE [promised EXCEPT ![a] = 0]
  /\ UNCHANGED <<promises, accepts, accepteds>>

Next ==
  \/ \E a \in Members, b \in Ballots, s \in Slots : Page(a, b, s)
  \/ \E b \in Ballots, s \in Slots : Propose(b, s)
  \/ \E a \in Members : \E m \in accepts : Accept(a, m)
  \/ Learning
  \/ \E a \in Members, s \in Slots : Truncated(a, s)
  \/ \E a, n \in Members : Install(a, n)

SpecWithFloors == Init /\ [][Next]_vars
=============================================================================
