package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.WriteResult;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedTest {
  private static final int BUDGET = 16 << 10;

  private final Vertx vertx = Vertx.vertx();
  private ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final WebSocketClient client = FeedPage.client(vertx);
  private SynodWeb web = start(options());

  private static WebOptions options() {
    return new WebOptions()
        .setPort(0)
        .setSocketBudgetBytes(BUDGET)
        .setMarkInterval(50)
        .setLagWait(200);
  }

  private SynodWeb start(WebOptions options) {
    return await(SynodWeb.create(vertx, synod, options).listen());
  }

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private FeedPage page() {
    return FeedPage.greet(client, web.actualPort());
  }

  private ReplicatedMap<Buffer> map(String name) {
    return ReplicatedMap.of(synod, name, Buffer.class);
  }

  private WriteResult<Buffer> put(String key, String value) {
    return await(map("m").put(key, Buffer.buffer(value)));
  }

  /** Writes {@code count} values of this size to as many keys. */
  private long putMany(int count, int size) {
    List<Future<WriteResult<Buffer>>> writes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      writes.add(map("m").put("k" + i, Buffer.buffer("x".repeat(size))));
    }
    await(Future.all(writes));
    return writes.get(count - 1).result().slot();
  }

  private static String key(JsonObject chg) {
    return chg.getJsonArray("ops").getJsonObject(0).getString("key");
  }

  @Test
  void aSubscriberGetsTheMapAndThenEveryChangeWithTheOneBefore() {
    put("a", "1");
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    JsonObject ok = page.expect("ok");
    assertThat(ok.getString("mode")).isEqualTo("snapshot");
    assertThat(ok.getString("reason")).isEqualTo("fresh");
    JsonObject snap = page.expect("snap");
    assertThat(snap.getLong("index")).isEqualTo(1);
    assertThat(snap.getBoolean("last")).isTrue();
    assertThat(snap.getJsonArray("ops").getJsonObject(0).getString("value")).isEqualTo("1");

    put("b", "2");
    await(map("other").put("x", Buffer.buffer("no")));
    await(map("m").remove("a"));
    JsonObject first = page.expect("chg");
    assertThat(first.getLong("prev")).isEqualTo(1);
    assertThat(first.getLong("index")).isEqualTo(2);
    JsonObject second = page.expect("chg");
    assertThat(second.getLong("prev")).isEqualTo(2);
    assertThat(second.getLong("index")).isEqualTo(4);
    JsonObject removed = second.getJsonArray("ops").getJsonObject(0);
    assertThat(removed.getString("key")).isEqualTo("a");
    assertThat(removed.containsKey("value")).isTrue();
    assertThat(removed.getValue("value")).isNull();
  }

  @Test
  void anIdleSubscriberIsToldTheSlotItIsAt() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.expect("ok");
    page.expect("snap");
    await(map("other").put("x", Buffer.buffer("1")));
    JsonObject mark = page.next();
    assertThat(mark.getString("type")).isEqualTo("mark");
    assertThat(mark.getLong("index")).isEqualTo(1);
  }

  @Test
  void aReturningSubscriberGetsExactlyTheMissedChanges() {
    putMany(10, 5);
    FeedPage page = page();
    page.say("{'type':'sub','id':7,'topic':'m','from':4}");
    JsonObject ok = page.expect("ok");
    assertThat(ok.getString("mode")).isEqualTo("resumed");
    assertThat(ok.getLong("index")).isEqualTo(10);
    long seen = 4;
    for (int slot = 5; slot <= 10; slot++) {
      JsonObject chg = page.expect("chg");
      assertThat(chg.getLong("prev")).isLessThanOrEqualTo(seen);
      assertThat(chg.getLong("index")).isEqualTo(slot);
      seen = slot;
    }
    put("new", "1");
    JsonObject live = page.expect("chg");
    assertThat(live.getLong("prev")).isLessThanOrEqualTo(seen);
    assertThat(live.getLong("index")).isEqualTo(11);
  }

  @Test
  void aSubscriberThatWasAwayLongerThanTheHistoryGetsTheMap() {
    await(web.close());
    synod = new ScriptedSynod(vertx, new HistoryLimits(5, 1 << 20, 1 << 20));
    web = start(options());
    putMany(20, 5);
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m','from':3}");
    JsonObject ok = page.expect("ok");
    assertThat(ok.getString("mode")).isEqualTo("snapshot");
    assertThat(ok.getString("reason")).isEqualTo("history-gone");
    assertThat(page.expect("snap").getLong("index")).isEqualTo(20);
  }

  @Test
  void aSubscriberOfAnotherHistoryOfTheGroupGetsTheMap_whateverSlotItHasSeen() {
    putMany(20, 5);
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m','from':99,'identity':'00000000000000bb'}");
    JsonObject ok = page.expect("ok");
    assertThat(ok.getString("mode")).isEqualTo("snapshot");
    assertThat(ok.getString("reason")).isEqualTo("another-history");
    assertThat(page.expect("snap").getLong("index")).isEqualTo(20);
    page.say("{'type':'unsub','id':1}");
    page.say("{'type':'sub','id':2,'topic':'m','from':19,'identity':'00000000000000aa'}");
    assertThat(page.expect("ok").getString("mode")).isEqualTo("resumed");
  }

  @Test
  void aMemberWithoutAGroupHasNoHistoryAndSendsPagesElsewhere() {
    synod.identify("");
    for (String seen :
        List.of("", ",'seen':9", ",'seen':9,'identity':'00000000000000bb'", ",'cluster':'test'")) {
      FeedPage page = FeedPage.connect(client, web.actualPort());
      page.say("{'type':'hello','v':1" + seen + "}");
      JsonObject bye = page.expect("bye");
      assertThat(bye.getInteger("code")).as(seen).isEqualTo(1013);
      assertThat(bye.getString("message")).contains("belongs to no group yet");
      assertThat(bye.getLong("retryMs")).isPositive();
    }
    synod.identify("00000000000000aa");
    put("k", "1");
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    assertThat(page.expect("ok").getString("reason")).isEqualTo("fresh");
  }

  @Test
  void aNodeThatIsBehindWaitsAndThenSaysSo() {
    putMany(3, 5);
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m','from':9}");
    JsonObject no = page.expect("no");
    assertThat(no.getString("code")).isEqualTo("lagging");
    assertThat(no.getLong("retryMs")).isPositive();

    synod.hold();
    Future<WriteResult<Buffer>> held = map("m").put("late", Buffer.buffer("1"));
    FeedPage patient = FeedPage.connect(client, web.actualPort());
    patient.say("{'type':'hello','v':1,'seen':4}");
    patient.expect("welcome");
    patient.say("{'type':'sub','id':1,'topic':'m'}");
    synod.release();
    await(held);
    assertThat(patient.expect("ok").getLong("index")).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'type':'sing'} | unknown-type | sing",
        "{'type':7} | bad-field | type",
        "{} | bad-field | type",
        "{'type':'sub','id':1,'topic':'m','color':'red'} | unknown-field | color",
        "{'type':'sub','id':1} | bad-field | topic",
        "{'type':'sub','id':1,'topic':''} | bad-field | 1 to 128",
        "{'type':'sub','id':-1,'topic':'m'} | bad-field | id",
        "{'type':'sub','id':'x','topic':'m'} | bad-field | id",
        "{'type':'sub','id':1,'topic':'m','from':1e300} | bad-field | from",
        "{'type':'sub','id':1,'topic':'m','from':99999999999999999999} | bad-field | from",
        "{'type':'sub','id':1,'topic':'m','from':-5} | bad-field | from",
        "{'type':'sub','id':1,'topic':'m','policy':'maybe'} | bad-field | maybe",
        "{'type':'ack','id':1} | bad-field | index",
        "{'type':'time','t0':'now'} | bad-field | t0",
        "{'type':'hello','v':1} | duplicate | hello",
      })
  void aFrameThatIsNotUnderstoodIsAnsweredAndTheSocketGoesOn(
      String frame, String code, String word) {
    FeedPage page = page();
    page.say(frame);
    JsonObject no = page.expect("no");
    assertThat(no.getString("code")).isEqualTo(code);
    assertThat(no.getString("message")).contains(word).doesNotContain("Exception", "jackson");
    page.say("{'type':'sub','id':2,'topic':'m'}");
    page.expect("ok");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "not json | 4000",
        "{'type':'time','t0':1} {} | 4000",
        "{'type':'time','type':'time'} | 4000",
        "[1,2] | 4000",
        "[[[[[[[[[[[[1]]]]]]]]]]]] | 4000",
        "{'type':'hello','v':2} | 4001",
        "{'type':'sub','id':1,'topic':'m'} | 4001",
        "{'type':'hello','v':1,'cluster':'other'} | 4004",
      })
  void aSocketThatMakesNoSenseIsClosedWithAReason(String frame, int code) {
    FeedPage page = FeedPage.connect(client, web.actualPort());
    page.say(frame);
    JsonObject bye = page.expect("bye");
    assertThat(bye.getInteger("code")).isEqualTo(code);
    assertThat(bye.getString("message")).isNotBlank().doesNotContain("Exception", "jackson");
    assertThat(page.closeCode()).isEqualTo(code);
  }

  @Test
  void aFrameOverTheLimitIsRefusedInWords() {
    FeedPage page = page();
    page.say("{'type':'sub','topic':'" + "x".repeat(70_000) + "'}");
    assertThat(page.expect("bye").getString("message")).contains("at most 65536 bytes");
    assertThat(page.closeCode()).isEqualTo(1009);
  }

  @Test
  void aFrameFarOverTheLimitIsNotEvenRead() {
    FeedPage page = page();
    page.say("{'type':'sub','topic':'" + "x".repeat(400_000) + "'}");
    page.closeCode();
    await().until(() -> web.stats().sockets() == 0);
  }

  @Test
  void aPageThatErrsAgainAndAgainIsCutOff() {
    FeedPage page = page();
    for (int i = 0; i < 17; i++) {
      page.say("{'type':'sing'}");
    }
    assertThat(page.closeCode()).isEqualTo(4000);
  }

  @Test
  void aPageOfAnotherOriginGetsNoSocket() {
    assertThat(
            client
                .connect(FeedPage.to(web.actualPort()).addHeader("Origin", "http://evil.example"))
                .toCompletionStage()
                .toCompletableFuture())
        .failsWithin(java.time.Duration.ofSeconds(10))
        .withThrowableThat()
        .withMessageContaining("403");
  }

  @Test
  void aTokenIsAskedForWhereThereIsOne() {
    await(web.close());
    web = start(options().setToken("s3cret"));
    FeedPage denied = FeedPage.connect(client, web.actualPort());
    denied.say("{'type':'hello','v':1,'token':'guess'}");
    assertThat(denied.expect("bye").getInteger("code")).isEqualTo(4003);
    FeedPage admitted = FeedPage.connect(client, web.actualPort());
    admitted.say("{'type':'hello','v':1,'token':'s3cret'}");
    admitted.expect("welcome");
  }

  @Test
  void ofTheTransportsOfSockJsThereAreWebSocketsOnly() {
    for (String transport :
        List.of("POST xhr", "POST xhr_streaming", "POST xhr_send", "POST jsonp_send")) {
      assertThat(
              RawHttp.ask(web.actualPort(), "POST", "/feed/0/a/" + transport.substring(5)).status())
          .as(transport)
          .isEqualTo(404);
    }
    for (String transport : List.of("eventsource", "htmlfile?c=x", "jsonp?c=x")) {
      assertThat(RawHttp.ask(web.actualPort(), "GET", "/feed/0/a/" + transport).status())
          .as(transport)
          .isEqualTo(404);
    }
    BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    WebSocket framed =
        await(client.connect(FeedPage.to(web.actualPort()).setURI("/feed/0/a/websocket")));
    framed.textMessageHandler(frames::add);
    await(framed.writeTextMessage("[\"{\\\"type\\\":\\\"hello\\\",\\\"v\\\":1}\"]"));
    await().until(() -> frames.stream().anyMatch(frame -> frame.contains("welcome")));
  }

  @Test
  void timeIsAnsweredWithItsQuestion() {
    FeedPage page = page();
    page.say("{'type':'time','t0':12.5}");
    JsonObject time = page.expect("time");
    assertThat(time.getDouble("t0")).isEqualTo(12.5);
    assertThat(time.getLong("time")).isPositive();
  }

  @Test
  void aSubscriptionThatIsClosedGivesItsShareOfTheBudgetBack() {
    putMany(40, 1000);
    await(map("other").put("k", Buffer.buffer("1")));
    FeedPage page = page();
    for (int id = 1; id < 6; id++) {
      page.say("{'type':'sub','id':" + id + ",'topic':'m'}");
      page.expect("ok");
      page.expect("snap"); // larger than the budget, and never acknowledged
      page.say("{'type':'unsub','id':" + id + "}");
    }
    page.say("{'type':'sub','id':7,'topic':'other'}");
    assertThat(page.expect("ok").getString("topic")).isEqualTo("other");
    assertThat(page.expect("snap").getString("topic")).isEqualTo("other");
    page.say("{'type':'ack','id':7,'index':" + 41 + "}");
    await().until(() -> web.stats().heldBytes() == 0);
  }

  @Test
  void aWatcherThatIsBehindReadsOnWithTheShareOfOneThatWasClosed() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.say("{'type':'sub','id':2,'topic':'other'}");
    page.expect("ok");
    page.expect("snap");
    page.expect("ok");
    page.expect("snap");
    putMany(100, 1000);
    await().until(() -> web.stats().slow() > 0);
    await(map("other").put("k", Buffer.buffer("x".repeat(10_000))));
    page.say("{'type':'unsub','id':1}");
    JsonObject frame = page.expect("chg");
    while (frame.getString("topic").equals("m")) {
      frame = page.expect("chg");
    }
    assertThat(frame.getString("topic")).isEqualTo("other");
  }

  @Test
  void aSubscriberWithoutAcknowledgementsGetsItsBudgetAndTheRestAfterwards() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.expect("ok");
    page.expect("snap");
    long last = putMany(200, 1000);
    await().until(() -> web.stats().slow() > 0);

    long seen = 0;
    int changes = 0;
    while (seen < last) {
      JsonObject chg = page.expect("chg");
      assertThat(chg.getLong("prev")).isLessThanOrEqualTo(seen);
      assertThat(chg.getLong("index")).isEqualTo(seen + 1);
      seen = chg.getLong("index");
      changes++;
      assertThat(web.stats().heldBytes()).isLessThanOrEqualTo(BUDGET);
      if (page.waiting() == 0) {
        page.say("{'type':'ack','id':1,'index':" + seen + "}");
      }
    }
    assertThat(changes).isEqualTo(200);
    put("after", "1");
    page.say("{'type':'ack','id':1,'index':" + seen + "}");
    assertThat(key(page.expect("chg"))).isEqualTo("after");
  }

  @Test
  void aConflatingSubscriberGetsEachKeyOnce() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m','policy':'conflate'}");
    page.expect("ok");
    page.expect("snap");
    putMany(20, 1000);
    await().until(() -> web.stats().slow() > 0);
    List<Future<WriteResult<Buffer>>> writes = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      writes.add(map("m").put("hot", Buffer.buffer("v" + i)));
    }
    await(Future.all(writes));
    Map<String, String> seen = new TreeMap<>();
    int ops = 0;
    while (!"v49".equals(seen.get("hot"))) {
      JsonObject chg = page.expect("chg");
      for (Object op : chg.getJsonArray("ops")) {
        seen.put(((JsonObject) op).getString("key"), ((JsonObject) op).getString("value"));
        ops++;
      }
      page.say("{'type':'ack','id':1,'index':" + chg.getLong("index") + "}");
    }
    assertThat(seen).hasSize(21);
    assertThat(ops).isLessThan(40);
  }

  @Test
  void aSlowSubscriberWithThePolicyDisconnectIsDisconnected() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m','policy':'disconnect'}");
    page.expect("ok");
    page.expect("snap");
    putMany(50, 1000);
    assertThat(page.closeCode()).isEqualTo(4008);
  }

  @Test
  void aSubscriberThatFallsBehindTheHistoryGetsTheMap() {
    await(web.close());
    synod = new ScriptedSynod(vertx, new HistoryLimits(5, 1 << 20, 1 << 20));
    web = start(options());
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.expect("ok");
    page.expect("snap");
    putMany(100, 1000);
    JsonObject frame = page.next();
    long seen = 0;
    while (frame.getString("type").equals("chg")) {
      seen = frame.getLong("index");
      page.say("{'type':'ack','id':1,'index':" + seen + "}");
      frame = page.next();
    }
    assertThat(frame.getString("type")).isEqualTo("ok");
    assertThat(frame.getString("reason")).isEqualTo("slow");
    assertThat(page.expect("snap").getLong("index")).isGreaterThan(seen);
  }

  @Test
  void aLargeMapComesInPagesThatFitTogetherThoughItIsWrittenToMeanwhile() {
    await(web.close());
    web = start(options().setSocketBudgetBytes(300 << 10));
    putMany(1500, 1000);
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.expect("ok");
    Map<String, Long> versions = new TreeMap<>();
    int pages = 0;
    boolean last = false;
    while (!last) {
      JsonObject snap = page.expect("snap");
      assertThat(snap.getInteger("page")).isEqualTo(pages++);
      take(versions, snap.getJsonArray("ops"));
      // What earlier pages held is changed and removed, what later ones will hold too.
      await(map("m").remove("k" + pages));
      putMany(pages * 20, 900);
      page.say(
          "{'type':'ack','id':1,'index':%d,'page':%d}"
              .formatted(snap.getLong("index"), snap.getInteger("page")));
      last = snap.getBoolean("last");
    }
    assertThat(pages).isGreaterThan(4);
    long end = put("end", "1").slot();
    long seen = 0;
    while (seen < end) {
      JsonObject chg = page.expect("chg");
      take(versions, chg.getJsonArray("ops"));
      seen = chg.getLong("index");
      page.say("{'type':'ack','id':1,'index':" + seen + "}");
    }
    Map<String, Long> truth = new TreeMap<>();
    await(map("m").entries("", 5000, dev.synod.core.ReadLevel.LOCAL))
        .forEach(entry -> truth.put(entry.key(), entry.version()));
    assertThat(versions).isEqualTo(truth);
  }

  private static void take(Map<String, Long> versions, JsonArray ops) {
    for (Object op : ops) {
      JsonObject change = (JsonObject) op;
      if (change.getValue("value") == null) {
        versions.remove(change.getString("key"));
      } else {
        versions.put(change.getString("key"), change.getLong("version"));
      }
    }
  }

  @Test
  void hundredsOfStalledSubscribersHoldTheirBudgetsAndNoMore() {
    int pages = 300;
    for (int i = 0; i < pages; i++) {
      FeedPage page = page();
      page.say("{'type':'sub','id':1,'topic':'m'}");
      page.expect("ok");
      page.expect("snap");
      page.stall();
    }
    putMany(2000, 1000); // 600 MB, were it queued for all of them
    await().until(() -> web.stats().slow() == pages);
    assertThat(web.stats().heldBytes())
        .isGreaterThan(pages * (long) BUDGET / 2)
        .isLessThanOrEqualTo(pages * (long) BUDGET);
  }

  @Test
  void whenTheNodeIsStoppedItsPagesAreToldToGoElsewhere() {
    FeedPage page = page();
    await(web.close());
    JsonObject bye = page.expect("bye");
    assertThat(bye.getInteger("code")).isEqualTo(1001);
    assertThat(bye.getLong("retryMs")).isPositive();
    assertThat(page.closeCode()).isEqualTo(1001);
  }

  @Test
  void whatAPageLeavesBehindIsNothing() {
    FeedPage page = page();
    page.say("{'type':'sub','id':1,'topic':'m'}");
    page.expect("ok");
    page.expect("snap");
    put("a", "1");
    page.expect("chg");
    assertThat(web.stats().heldBytes()).isPositive();
    page.close();
    await().until(() -> web.stats().sockets() == 0 && web.stats().heldBytes() == 0);
  }
}
