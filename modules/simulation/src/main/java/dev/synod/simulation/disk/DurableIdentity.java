package dev.synod.simulation.disk;

import dev.synod.core.host.Recovered;
import dev.synod.core.host.RecoveredIdentity;
import dev.synod.core.message.Epoch;
import dev.synod.core.message.Incarnation;
import dev.synod.core.message.LogRecord;
import dev.synod.simulation.world.Violation;

/** What a store has confirmed of its member's identity, and must not forget over a restart. */
public final class DurableIdentity {
  private boolean born;
  private RecoveredIdentity past = RecoveredIdentity.NONE.in(Epoch.UNBORN);

  /** This record is durable. */
  public void durable(LogRecord record) {
    if (record instanceof LogRecord.Initialized) {
      born = true;
    } else if (record instanceof LogRecord.OfIdentity identity) {
      past = past.after(identity);
    }
  }

  public boolean isBorn() {
    return born;
  }

  /** The store is lost, and another one takes its place. */
  public void forget() {
    born = false;
    past = RecoveredIdentity.NONE.in(Epoch.UNBORN);
  }

  /** Compares what the store says when it is opened again. */
  public void compare(String name, Recovered recovered) {
    RecoveredIdentity now = recovered.past();
    if (born && recovered.initialized() == null) {
      throw new Violation(name + " has forgotten that it belongs to a group");
    }
    if (now.epoch().number() < past.epoch().number()) {
      throw new Violation(name + " has forgotten its epoch, " + past.epoch());
    }
    // A crash may come after a force and before its confirmation.
    born |= recovered.initialized() != null;
    if (!born && past.pledgedTo() != 0 && now.pledgedTo() != past.pledgedTo()) {
      throw new Violation(name + " has forgotten its pledge");
    }
    past.met()
        .forEach(
            (member, incarnation) -> {
              Incarnation known = now.met().get(member);
              if (known == null
                  || (known.store() == incarnation.store()
                      && known.start() < incarnation.start())) {
                throw new Violation(name + " has forgotten that it met " + member);
              }
            });
  }
}
