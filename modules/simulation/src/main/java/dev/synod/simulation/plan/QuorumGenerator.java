package dev.synod.simulation.plan;

import dev.synod.quorum.QuorumException;
import dev.synod.quorum.QuorumSpec;
import dev.synod.quorum.QuorumSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws quorum systems of every rule. */
public final class QuorumGenerator {
  private final SplittableRandom random;

  public QuorumGenerator(SplittableRandom random) {
    this.random = random;
  }

  /** The quorum system that a plan names in JSON. */
  public static QuorumSystem written(List<String> members, String spec) {
    return QuorumSystem.of(members, QuorumSpec.parse(spec), true);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  /** One over these members. */
  public QuorumSystem over(List<String> members) {
    for (int attempt = 0; attempt < 10; attempt++) {
      try {
        return QuorumSystem.of(members, spec(members));
      } catch (QuorumException refused) {
        // Such as a single copy. Drawn again.
      }
    }
    return QuorumSystem.majority(members);
  }

  private QuorumSpec spec(List<String> members) {
    int size = members.size();
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> {
        int phase2 = 1 + random.nextInt(size);
        int least = size + 1 - phase2;
        return new QuorumSpec.Counts(least + random.nextInt(size - least + 1), phase2);
      }
      case 3 -> {
        List<List<String>> rows = parts(members);
        return one(2)
            ? new QuorumSpec.Grid(rows, QuorumSpec.Line.ROW, null)
            : new QuorumSpec.Grid(rows, null, QuorumSpec.Line.ROW);
      }
      case 4 -> {
        Map<String, Integer> weights = new LinkedHashMap<>();
        int sum = 0;
        for (String member : members) {
          int weight = random.nextInt(4);
          weights.put(member, weight);
          sum += weight;
        }
        return new QuorumSpec.Weights(weights, null, 1 + random.nextInt(Math.max(1, sum)));
      }
      case 5 -> {
        Map<String, List<String>> zones = new LinkedHashMap<>();
        int least = size;
        for (List<String> part : parts(members)) {
          zones.put("zone" + zones.size(), part);
          least = Math.min(least, part.size());
        }
        QuorumSpec.Quota quota =
            new QuorumSpec.Quota(1 + random.nextInt(zones.size()), 1 + random.nextInt(least));
        return one(2)
            ? new QuorumSpec.Zones(zones, quota, null)
            : new QuorumSpec.Zones(zones, null, quota);
      }
      case 6 -> {
        List<QuorumSpec.Node> nodes = new ArrayList<>();
        for (List<String> part : parts(members)) {
          List<QuorumSpec.Node> names = new ArrayList<>();
          part.forEach(name -> names.add(new QuorumSpec.Node.Member(name)));
          nodes.add(one(2) ? new QuorumSpec.Node.And(names) : new QuorumSpec.Node.Or(names));
        }
        QuorumSpec.Node node = new QuorumSpec.Node.Choose(1 + random.nextInt(nodes.size()), nodes);
        return one(2)
            ? new QuorumSpec.Expression(node, null)
            : new QuorumSpec.Expression(null, node);
      }
      default -> {
        return new QuorumSpec.Majority();
      }
    }
  }

  private List<List<String>> parts(List<String> members) {
    List<List<String>> parts = new ArrayList<>();
    for (String member : members) {
      if (parts.isEmpty() || one(3)) {
        parts.add(new ArrayList<>(List.of(member)));
      } else {
        parts.get(random.nextInt(parts.size())).add(member);
      }
    }
    return parts;
  }
}
