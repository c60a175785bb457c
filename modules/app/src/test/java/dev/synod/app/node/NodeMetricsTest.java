package dev.synod.app.node;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.storage.config.Durability;
import dev.synod.vertx.Synod;
import dev.synod.vertx.SynodOptions;
import dev.synod.web.SynodWeb;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics of a node, by the rules of Prometheus' text format, version 0.0.4. */
class NodeMetricsTest {
  /** The published vitals are half a second old at most, so a count may still be 0. */
  private static final Pattern NO_LATENCY =
      Pattern.compile("synod_(round|force)_seconds_count\\{[^}]*} 0");

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{[^}]*})? (\\S+)");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws InterruptedException {
    await(vertx.close());
  }

  private String scrape() throws InterruptedException {
    Synod synod =
        await(
            Synod.start(
                vertx,
                new SynodOptions()
                    .setMember("a")
                    .setMembers(List.of("a"))
                    .setDurability(Durability.FSYNC)
                    .setDataDirectory(directory.toString())));
    SynodWeb web = SynodWeb.create(vertx, synod, new WebOptions().setPort(0));
    var registry = NodeMetrics.of(synod, web, null);
    await().until(() -> synod.vitals().canCommit());
    await(ReplicatedMap.of(synod, "m", Buffer.class).put("k", Buffer.buffer("v")));
    await().until(() -> synod.vitals().force().all().count() > 0);
    return await()
        .until(
            registry::scrape,
            text -> text.contains("synod_reachable{") && !NO_LATENCY.matcher(text).find());
  }

  /** What is wrong with it, in words. */
  private static List<String> problems(String text) {
    List<String> problems = new ArrayList<>();
    Map<String, String> types = new HashMap<>();
    Set<String> helps = new HashSet<>();
    Set<String> samples = new HashSet<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", 4);
      if (line.startsWith("# TYPE ")) {
        if (types.put(words[2], words[3]) != null) {
          problems.add("type told twice: " + line);
        }
      } else if (line.startsWith("# HELP ")) {
        helps.add(words[2]);
      } else {
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
          problems.add("no sample: " + line);
          continue;
        }
        String name = sample.group(1);
        String labels = String.valueOf(sample.group(2));
        String family = name.replaceFirst("_(bucket|sum|count)$", "");
        boolean histogram = "histogram".equals(types.get(family));
        if (!samples.add(name + labels)) {
          problems.add("sample told twice: " + line);
        }
        if (!types.containsKey(name) && !types.containsKey(family)) {
          problems.add("no type: " + line);
        } else if ("counter".equals(types.get(name)) != name.endsWith("_total")) {
          problems.add("a counter, and nothing else, ends with _total: " + line);
        }
        if (name.matches(".*_(ns|us|ms)(_total)?")
            || (types.containsKey(name) && name.matches(".*_(bucket|sum|count)"))) {
          problems.add("units are spelled out, and no gauge ends like a histogram: " + line);
        }
        if (!helps.contains(name) && !helps.contains(family)) {
          problems.add("no help: " + line);
        }
        if (labels.contains("le=") != (histogram && name.endsWith("_bucket"))) {
          problems.add("the label le is for the buckets of histograms: " + line);
        }
      }
    }
    return problems;
  }

  @Test
  void namesAndTypesAreAsPrometheusHasThem() throws Exception {
    String text = scrape();
    keep(text);

    assertThat(problems(text)).isEmpty();
  }

  /** For {@code promtool check metrics < target/metrics.txt}. */
  private static void keep(String text) throws IOException {
    Files.writeString(Path.of("target", "metrics.txt"), text);
  }

  @Test
  void theCheckFindsWhatPromtoolWouldFind() {
    assertThat(
            problems(
                """
                # HELP x_total help
                # TYPE x_total counter
                x_total{le="1"} 1
                # TYPE y_total gauge
                y_total 1
                z 1
                """))
        .hasSize(5);
  }

  @Test
  void aLatencyIsOneHistogram() throws Exception {
    String text = scrape();
    for (String name : List.of("synod_force_seconds", "synod_round_seconds")) {
      assertThat(text).contains("# TYPE " + name + " histogram\n");
      String labels = "{group=\"default\",member=\"a\"";
      Matcher count =
          Pattern.compile(Pattern.quote(name + "_count" + labels) + "} (\\S+)").matcher(text);
      Matcher last =
          Pattern.compile(Pattern.quote(name + "_bucket" + labels + ",le=\"+Inf\"") + "} (\\S+)")
              .matcher(text);
      assertThat(count.find() && last.find()).isTrue();
      assertThat(Double.parseDouble(count.group(1)))
          .isPositive()
          .isEqualTo(Double.parseDouble(last.group(1)));
      assertThat(text).contains(name + "_sum" + labels);
    }
    assertThat(text).doesNotContain("_percentile", "_histogram");
  }
}
