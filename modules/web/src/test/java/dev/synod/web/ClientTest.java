package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.HistoryLimits;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code synod.js} in a real browser, by itself. */
class ClientTest {
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final SynodWeb web =
      await(
          SynodWeb.create(
                  vertx,
                  synod,
                  new WebOptions().setPort(0).setSocketBudgetBytes(16 << 10).setToken("t"))
              .listen());
  private final BrowserContext context = Chromium.browser().newContext();
  private final Page page = context.newPage();

  @BeforeEach
  void open() {
    page.navigate("http://127.0.0.1:" + web.actualPort() + "/problems/busy"); // its origin, no page
  }

  @AfterEach
  void close() {
    context.close();
    await(web.close());
    await(vertx.close());
  }

  private Object run(String script) {
    return page.evaluate(
        "async () => { const { connect, SynodError } = await import('/synod.js');"
            + " const url = location.origin; "
            + script
            + " }");
  }

  /** A node that says what the script wants: {@code open} is given to {@code connect}. */
  private static final String PUPPET =
      """
      const sockets = [];
      const open = url => {
        const socket = { url, sent: [], close() {}, send(text) { this.sent.push(JSON.parse(text)); },
          say(frame) { this.onmessage({ data: JSON.stringify(frame) }); } };
        sockets.push(socket);
        setTimeout(() => socket.onopen?.());
        return socket;
      };
      const socketAt = async n => {
        while (sockets.length <= n || !sockets[n].sent.length) await new Promise(r => setTimeout(r, 5));
        return sockets[n];
      };
      """;

  @Test
  void theJavaScriptClientIsSmall() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (InputStream in =
            Objects.requireNonNull(SynodWeb.class.getResourceAsStream("/dev/synod/web/synod.js"));
        GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      in.transferTo(gzip);
    }
    assertThat(packed.size()).isLessThan(10 << 10);
  }

  @Test
  void theJavaScriptClientReadsWritesAndReportsErrors() {
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 't' });
                const first = await client.put('m', 'a/b', 'wert €');
                const read = await client.get('m', 'a/b');
                await client.put('m', 'short', 'life', { ttl: 60000 })
                for (const ttl of [0, -1, 1.5, '5', null])
                  await client.put('m', 'k', 'v', { ttl }).then(() => { throw new Error(`ttl ${ttl}`) }, e => { if (!(e instanceof TypeError)) throw e })
                const bytes = await client.put('m', 'bytes', new Uint8Array([255, 0]), { ifAbsent: true })
                  .then(() => client.get('m', 'bytes'));
                const lost = await client.put('m', 'a/b', 'x', { ifVersion: 99 }).catch(e => e);
                await client.remove('m', 'a/b', { ifVersion: first.version });
                const gone = await client.get('m', 'a/b');
                client.close();
                const denied = await connect({ urls: url }).put('m', 'k', 'x').catch(e => e);
                return [read.value, read.version === first.version, read.slot === first.slot,
                  [...bytes.value].join(), lost instanceof SynodError, lost.code, lost.version === first.version,
                  gone, denied.code];
                """))
        .isEqualTo(
            java.util.Arrays.asList(
                "wert €", true, true, "255,0", true, "conflict", true, null, "denied"));
  }

  @Test
  void whatIsNotTakenIsNotAcknowledgedAndNothingIsLost() {
    ReplicatedMap<Buffer> map = ReplicatedMap.of(synod, "m", Buffer.class);
    run(
        """
        window.client = connect({ urls: url, token: 't' });
        window.watch = client.watch('m');
        window.first = (await watch.next()).value;
        """);
    for (int i = 0; i < 100; i++) {
      await(map.put("k" + i, Buffer.buffer("x".repeat(1000))));
    }
    org.awaitility.Awaitility.await().until(() -> web.stats().slow() > 0);
    assertThat(
            run(
                """
                let last = first.index, changes = 0;
                for await (const event of watch) {
                  if (event.index !== last + 1) return `after ${last} came ${event.index}`;
                  last = event.index;
                  if (++changes === 100) break;
                }
                const ended = await watch.next();
                return [first.type, changes, ended.done];
                """))
        .isEqualTo(List.of("snapshot", 100, true));
  }

  @Test
  void anAbortSignalEndsAWatch() {
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 't' });
                const abort = new AbortController();
                let events = 0;
                for await (const event of client.watch('m', { signal: abort.signal })) {
                  events++;
                  abort.abort();
                }
                client.watch('m').close();
                return events;
                """))
        .isEqualTo(1);
  }

  @Test
  void aWrongTokenIsDeniedAndNotTriedAgain() {
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 'guess' });
                const refused = await client.watch('m').next().catch(e => e.code);
                return [client.state, refused];
                """))
        .isEqualTo(List.of("denied", "denied"));
  }

  @Test
  void aTokenThatHasExpiredIsAskedForAnewIfItIsAFunction() {
    assertThat(
            run(
                PUPPET
                    + """
                    let asked = 0;
                    const client = connect({ urls: url, open, token: async () => `token ${++asked}` });
                    const first = await socketAt(0);
                    first.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                    first.say({ type: 'bye', code: 4011, message: 'expired', retryMs: 1 });
                    const second = await socketAt(1);
                    const state = client.state;
                    client.close();
                    const fixed = connect({ urls: url, open, user: 'ann', password: 'é' });
                    const third = await socketAt(2);
                    third.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                    third.say({ type: 'bye', code: 4011, message: 'expired', retryMs: 1 });
                    return [first.sent[0].token, second.sent[0].token, state,
                      third.sent[0].user, third.sent[0].password, fixed.state];
                    """))
        .isEqualTo(List.of("token 1", "token 2", "connecting", "ann", "é", "denied"));
  }

  @Test
  void aMissingFrameIsNoticedAndTheNextNodeIsAskedFromBeforeIt() {
    assertThat(
            run(
                PUPPET
                    + """
                    const client = connect({ urls: ['http://a.test', 'http://b.test'], open });
                    const seen = [];
                    client.watch('m', { onChange: e => seen.push(`${e.type} ${e.index}`) });
                    const a = await socketAt(0);
                    const chg = (prev, index) => ({ type: 'chg', topic: 'm', prev, index, ops: [] });
                    a.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                    a.say({ type: 'ok', id: 1, topic: 'm', mode: 'snapshot', index: 5 });
                    a.say({ type: 'snap', topic: 'm', index: 5, page: 0, last: false, ops: [] });
                    a.say({ type: 'snap', topic: 'm', index: 5, page: 1, last: true, ops: [] });
                    a.say(chg(5, 7));
                    a.say(chg(5, 7));
                    a.say({ type: 'mark', topic: 'm', prev: 7, index: 9 });
                    a.say(chg(9, 10));
                    a.say(chg(12, 13));
                    const b = await socketAt(1);
                    b.say({ type: 'welcome', v: 1, group: 'g', member: 'b' });
                    const sub = b.sent.find(f => f.type === 'sub');
                    b.say({ type: 'ok', id: 1, topic: 'm', mode: 'resumed', index: 13 });
                    b.say(chg(10, 12));
                    b.say(chg(12, 13));
                    b.say({ type: 'mark', topic: 'm', prev: 12, index: 20 });
                    const state = client.state;
                    b.say({ type: 'mark', topic: 'm', prev: 21, index: 22 });
                    const after = client.state;
                    client.close();
                    return [seen.join(), b.url, b.sent[0].seen, b.sent[0].cluster, sub.from, state, after];
                    """))
        .isEqualTo(
            List.of(
                "snapshot 5,change 7,change 10,change 12,change 13",
                "http://b.test/",
                10,
                "g",
                10,
                "live",
                "connecting"));
  }

  @Test
  void aNodeThatIsBehindIsLeftForTheNext() {
    Object result =
        run(
            PUPPET
                + """
                const client = connect({ urls: ['http://a.test', 'http://b.test'], open });
                client.watch('m', { from: 100 });
                const a = await socketAt(0);
                a.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                a.say({ type: 'no', id: 1, code: 'lagging', message: 'behind', retryMs: 10 });
                const state = client.state;
                const b = await socketAt(1);
                client.close();
                return { state, url: b.url, seen: b.sent[0].seen };
                """);
    assertThat(result)
        .isEqualTo(Map.of("state", "connecting", "url", "http://b.test/", "seen", 100));
  }

  @Test
  void aMapOrAKeyIsANameAndNeverAPath() {
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 't' });
                const names = ['..', '.', 'leader', 'watch', 'a/b', '../..', '%2e%2e', '?x', '#', 'é\\u{1f600}', '+', ' ', '\\ufeff'];
                const wrong = [];
                for (const map of names) for (const key of names) {
                  await client.put(map, key, `${map} ${key}`);
                  const read = await client.get(map, key);
                  if (read?.value !== `${map} ${key}`) wrong.push([map, key]);
                  await client.remove(map, key);
                  if (await client.get(map, key)) wrong.push([map, key]);
                }
                client.close();
                return wrong;
                """))
        .isEqualTo(List.of());
    assertThat(synod.successors()).isEmpty();
  }

  @Test
  void whatIsNoTextAndNoBytesIsATypeError() {
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 't' });
                const no = [undefined, null, 1, true, {}, [], Symbol(), () => 1, '\\ud800'];
                const calls = [
                  ...no.flatMap(x => [() => client.put('m', 'k', x), () => client.put('m', x, 'v'), () => client.put(x, 'k', 'v'),
                    () => client.get(x, 'k'), () => client.get('m', x), () => client.remove('m', x), async () => client.watch(x)]),
                  ...[null, 0, -1, 1.5, '1', NaN].map(ifVersion => () => client.put('m', 'k', 'v', { ifVersion }))];
                const results = await Promise.all(calls.map(call => call().then(() => 'done', e => e.constructor.name)));
                const stored = await client.get('m', 'k');
                client.close();
                return [[...new Set(results)], stored];
                """))
        .isEqualTo(java.util.Arrays.asList(List.of("TypeError"), null));
  }

  @Test
  void framesOfAFormerSubscriptionAreNotTakenForThoseOfTheNext() {
    assertThat(
            run(
                PUPPET
                    + """
                    const client = connect({ urls: 'http://a.test', open });
                    const seen = [];
                    const onChange = e => seen.push(`${e.type} ${e.index}`);
                    const former = client.watch('m', { onChange });
                    const a = await socketAt(0);
                    a.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                    former.close();
                    const next = client.watch('m', { from: 3, onChange });
                    a.say({ type: 'ok', id: 1, topic: 'm', mode: 'snapshot', reason: 'fresh', index: 5 });
                    a.say({ type: 'snap', topic: 'm', index: 5, page: 0, last: true, ops: [] });
                    a.say({ type: 'chg', topic: 'm', prev: 5, index: 6, ops: [] });
                    a.say({ type: 'mark', topic: 'm', prev: 6, index: 8 });
                    const before = [seen.join(), next.mode, next.index, client.state];
                    a.say({ type: 'ok', id: 2, topic: 'm', mode: 'resumed', index: 6 });
                    a.say({ type: 'chg', topic: 'm', prev: 3, index: 4, ops: [] });
                    a.say({ type: 'chg', topic: 'm', prev: 4, index: 6, ops: [] });
                    const state = client.state;
                    client.close();
                    return [...before, seen.join(), next.mode, state];
                    """))
        .isEqualTo(
            java.util.Arrays.asList(
                "", null, 3, "connecting", "change 4,change 6", "resumed", "live"));
  }

  @Test
  void whateverGoesWrongWhileDiallingIsTriedAgain() {
    assertThat(
            run(
                PUPPET
                    + """
                    let dialled = 0;
                    const failures = [];
                    window.addEventListener('error', e => failures.push(e.message));
                    window.addEventListener('unhandledrejection', e => failures.push(`${e.reason}`));
                    const client = connect({ urls: ['http://a.test', 'http://b.test', 'http://c.test'], open: url => {
                      if (++dialled === 1) throw new DOMException('not from here', 'SecurityError');
                      const socket = open(url);
                      if (dialled === 2) { socket.close = () => { throw new Error('never open'); }; }
                      return socket;
                    } });
                    const states = [];
                    client.addEventListener('state', () => states.push(client.reason));
                    const second = await socketAt(0);
                    const listens = typeof second.onerror;
                    second.onerror(new Event('error'));
                    second.onmessage({ data: 'no frame' });
                    second.onerror(new Event('error'));
                    const third = await socketAt(1);
                    third.say({ type: 'welcome', v: 1, group: 'g', member: 'a' });
                    const state = client.state;
                    client.close();
                    return [listens, state, states[0], failures];
                    """))
        .isEqualTo(
            List.of("function", "live", "no connection can be opened: not from here", List.of()));
  }

  @Test
  void aSocketIsOpenedOnceThereIsATokenAndAFailureToGetOneIsTriedAgain() {
    assertThat(
            run(
                PUPPET
                    + """
                    const calls = [];
                    const token = () => { const call = {}; calls.push(call);
                      return new Promise((resolve, reject) => Object.assign(call, { resolve, reject })); };
                    const calledTimes = async n => { while (calls.length < n) await new Promise(r => setTimeout(r, 5)); };
                    const client = connect({ urls: url, open, token });
                    await calledTimes(1);
                    calls[0].reject(new Error('the issuer is away'));
                    const failed = await client.get('m', 'k').catch(e => e.code);
                    await calledTimes(2);
                    const waiting = [client.state, client.reason, sockets.length];
                    calls[1].resolve('t');
                    const first = await socketAt(0);
                    await calledTimes(2);
                    const got = client.get('m', 'absent');
                    await calledTimes(3);
                    calls[2].resolve('t');
                    const absent = await got;
                    const thrown = await connect({ urls: url, open, token: () => { throw 'no'; } }).put('m', 'k', 'v').catch(e => e.code);
                    client.close();
                    return [failed, ...waiting, first.sent[0].token, absent, thrown];
                    """))
        .isEqualTo(
            java.util.Arrays.asList(
                "no-token",
                "connecting",
                "there is no token: the issuer is away",
                0,
                "t",
                null,
                "no-token"));
  }

  @Test
  void aRequestThatIsNotAnsweredEndsAfterItsTime() {
    page.route("**/api/v1/maps?**", route -> {});
    assertThat(
            run(
                """
                const client = connect({ urls: url, token: 't', timeout: 100 });
                const read = await client.get('m', 'k').catch(e => e.code);
                const write = await client.put('m', 'k', 'v').catch(e => e.code);
                const abort = new AbortController();
                const aborted = client.get('m', 'k', { signal: abort.signal }).catch(e => e.name);
                abort.abort();
                const result = [read, write, await aborted];
                client.close();
                return result;
                """))
        .isEqualTo(List.of("unreachable", "outcome-unknown", "AbortError"));
  }

  @Test
  void theAddressBarKeepsNoToken() {
    page.navigate("http://127.0.0.1:" + web.actualPort() + "/#token=t&map=orders");
    org.awaitility.Awaitility.await()
        .pollInSameThread()
        .until(() -> "live".equals(page.locator("#link").getAttribute("data-state")));
    assertThat(page.url()).doesNotContain("token").contains("map=orders");
    page.reload();
    org.awaitility.Awaitility.await()
        .pollInSameThread()
        .until(() -> "live".equals(page.locator("#link").getAttribute("data-state")));
    assertThat(page.evaluate("history.length")).isEqualTo(3);
  }
}
