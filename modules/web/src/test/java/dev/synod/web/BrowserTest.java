package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.synod.data.machine.MapMachine;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrowserTest {
  private static final String MAP = "orders";

  private final Cluster cluster = new Cluster(UnaryOperator.identity());
  private final List<BrowserContext> contexts = new ArrayList<>();

  /** What a page complained of: errors of scripts, and whatever the CSP forbade. */
  private final List<String> complaints = new ArrayList<>();

  @AfterEach
  void close() {
    contexts.forEach(BrowserContext::close);
    cluster.close();
  }

  private Page open(int node) {
    BrowserContext context = Chromium.browser().newContext();
    contexts.add(context);
    Page page = context.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            complaints.add(message.text());
          }
        });
    page.navigate(cluster.urls.get(node) + "#map=" + MAP);
    live(page);
    return page;
  }

  private static void live(Page page) {
    PlaywrightAssertions.assertThat(page.locator("#link"))
        .hasAttribute(
            "data-state", "live", new LocatorAssertions.HasAttributeOptions().setTimeout(20_000));
  }

  /** Has the page write down every change, besides showing it. */
  private void record(Page page) {
    page.evaluate(
        """
        async ([urls, map]) => {
          const { connect } = await import('/synod.js');
          window.seen = [];
          window.events = [];
          window.client = connect({ urls });
          window.watch = client.watch(map, { onChange: event => {
            events.push(event.type);
            if (event.type === 'change') {
              for (const { key, value, version } of event.changes) seen.push(`${event.index} ${version} ${key} ${value}`);
            }
          } });
        }""",
        List.of(startingAt(page), MAP));
    until(page, "watch.mode === 'snapshot'");
  }

  /** The node of the page, and then the others. */
  private List<String> startingAt(Page page) {
    List<String> urls = new ArrayList<>(cluster.urls);
    String own = urls.stream().filter(page.url()::startsWith).findFirst().orElseThrow();
    urls.remove(own);
    urls.add(0, own);
    return urls;
  }

  @SuppressWarnings("unchecked")
  private static List<String> seen(Page page) {
    return (List<String>) page.evaluate("seen");
  }

  /** Not by Playwright's own waiting, which needs eval, which the page's policy forbids. */
  private static void until(Page page, String condition) {
    await()
        .pollInSameThread()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Boolean.TRUE.equals(page.evaluate(condition)));
  }

  private static int count(Page page) {
    return ((Number) page.evaluate("seen.length")).intValue();
  }

  /** All changes as a member remembers them. */
  private List<String> truth(int node) {
    Promise<List<String>> told = Promise.promise();
    cluster
        .members
        .get(node)
        .context()
        .runOnContext(
            nothing -> {
              List<String> changes = new ArrayList<>();
              cluster
                  .members
                  .get(node)
                  .machine(MapMachine.NAME, MapMachine.class)
                  .since(MAP, 0, Integer.MAX_VALUE, Long.MAX_VALUE)
                  .slots()
                  .forEach(
                      slot ->
                          slot.changes()
                              .forEach(
                                  change ->
                                      changes.add(
                                          slot.slot()
                                              + " "
                                              + change.version()
                                              + " "
                                              + change.key()
                                              + " "
                                              + change.value())));
              told.complete(changes);
            });
    return await(told.future());
  }

  /** Writes through a node that stays: 16 at a time, a fifth of them removals. */
  private final class Load {
    private static final int LANES = 16;
    private static final int KEYS = 100;
    private final AtomicInteger begun = new AtomicInteger();
    private int target;

    /** Begins so many more writes. */
    Load more(int count) {
      target += count;
      for (int i = 0; i < LANES; i++) {
        next();
      }
      return this;
    }

    private final AtomicInteger under = new AtomicInteger();

    private void next() {
      int turn = begun.getAndUpdate(n -> n < target ? n + 1 : n);
      if (turn >= target) {
        return;
      }
      var map = cluster.map(1, MAP);
      String key = "key-" + turn % KEYS;
      under.incrementAndGet();
      (turn / KEYS % 5 == 4 ? map.remove(key) : map.put(key, Buffer.buffer("value " + turn)))
          .onComplete(
              result -> {
                // Whether it was decided or not, the log knows: the pages are held against that.
                next();
                under.decrementAndGet();
              });
    }

    void end() {
      await().atMost(Duration.ofSeconds(60)).until(() -> begun.get() >= target && under.get() == 0);
    }
  }

  @Test
  void twoPagesSeeTheSameInTheSameOrderThoughOneLosesItsConnectionAndItsNode() throws Exception {
    Page stays = open(2);
    Page moves = open(0);
    record(stays);
    record(moves);
    Load load = new Load();
    load.more(1000).end();

    load.more(1000);
    moves.context().setOffline(true);
    cluster.stop(0);
    until(moves, "client.state === 'connecting'");
    int atTheCut = count(moves);
    load.more(4000).end();
    assertThat(count(moves)).isEqualTo(atTheCut);

    load.more(500);
    moves.context().setOffline(false);
    until(moves, "client.state === 'live'");
    assertThat(moves.evaluate("client.url")).isNotEqualTo(cluster.urls.get(0));
    assertThat(moves.evaluate("watch.mode")).isEqualTo("resumed");
    load.end();

    List<String> truth = truth(1);
    assertThat(truth).hasSizeGreaterThan(5000);
    for (Page page : List.of(stays, moves)) {
      until(page, "seen.length >= " + truth.size());
      assertThat(seen(page)).isEqualTo(truth);
      assertThat((List<?>) page.evaluate("events.filter(type => type === 'snapshot')")).hasSize(1);
    }
    live(moves);
    assertThat(shown(moves)).isNotEmpty().isEqualTo(shown(stays));
    assertThat(complaints).isEmpty();
  }

  /** The entries, and the latest changes, as a person sees them. */
  private static List<String> shown(Page page) {
    page.evaluate("new Promise(done => requestAnimationFrame(() => done(true)))");
    List<String> all = new ArrayList<>(page.locator("#entries tr").allInnerTexts());
    all.addAll(page.locator("#changes li:not(.cut)").allInnerTexts());
    return all;
  }
}
