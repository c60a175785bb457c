package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.synod.data.ReplicatedMap;
import dev.synod.data.map.HistoryLimits;
import dev.synod.vertx.Vitals;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.web.config.AuthenticationOptions;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users, tokens, rights and rates, with real sockets. */
class AuthenticationTest {
  private static final String ANN = AuthenticationOptions.hash("ann's");
  private static final String BOB = AuthenticationOptions.hash("bob's");

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final ScriptedSynod synod = new ScriptedSynod(vertx, HistoryLimits.DEFAULT);
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocketClient sockets = FeedPage.client(vertx);
  private final ReplicatedMap<Buffer> orders = ReplicatedMap.of(synod, "orders", Buffer.class);
  private final AtomicInteger stops = new AtomicInteger();
  private SynodWeb web;
  private JWTAuth issuer;
  private JWTAuth stranger;

  AuthenticationTest() {
    // Set before each test.
    this.web = SynodWeb.create(vertx, synod, new WebOptions());
    this.issuer = JWTAuth.create(vertx, new JWTAuthOptions());
    this.stranger = issuer;
  }

  @BeforeEach
  void listen() throws Exception {
    KeyPair keys = keys();
    issuer = signer(keys);
    stranger = signer(keys());
    Files.writeString(directory.resolve("issuer.pem"), pem("PUBLIC KEY", keys.getPublic()));
    users(
        new JsonObject()
            .put("ann", user(ANN, new JsonObject().put("orders*", "write").put("*", "read")))
            .put("bob", user(BOB, new JsonObject().put("other", "read")))
            .put("root", user(null, new JsonObject().put("*", "admin"))));
    web = serve(new WebOptions());
  }

  @AfterEach
  void close() {
    await(web.close());
    await(vertx.close());
  }

  private int leeway = 30;

  private SynodWeb serve(WebOptions options) {
    return await(
        SynodWeb.create(
                vertx,
                synod,
                options
                    .setPort(0)
                    .setAuthentication(
                        new AuthenticationOptions(
                            directory.resolve("users.json"),
                            new AuthenticationOptions.Jwt(
                                "ES256",
                                directory.resolve("issuer.pem"),
                                "https://issuer",
                                "synod",
                                "synod",
                                leeway))))
            .onStop(stops::incrementAndGet)
            .listen());
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(String what, Key key) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            what,
            Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded()),
            what);
  }

  private JWTAuth signer(KeyPair keys) {
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm("ES256")
                    .setBuffer(pem("PRIVATE KEY", keys.getPrivate()))));
  }

  private static String token(JWTAuth by, int seconds, JsonObject claims) {
    JWTOptions options =
        new JWTOptions().setAlgorithm("ES256").setIssuer("https://issuer").addAudience("synod");
    return by.generateToken(claims, seconds == 0 ? options : options.setExpiresInSeconds(seconds));
  }

  private static JsonObject user(String hash, JsonObject grants) {
    JsonObject user = new JsonObject().put("grants", grants);
    return hash == null ? user : user.put("password", hash);
  }

  private void users(JsonObject users, String... revoked) {
    write(new JsonObject().put("users", users).put("revoked", List.of(revoked)).encode());
  }

  /** As a careful operator does: the file is there in whole or not at all. */
  private void write(String content) {
    try {
      Path next = Files.writeString(directory.resolve("next"), content);
      Files.move(
          next,
          directory.resolve("users.json"),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private HttpResponse<String> send(String method, String path, String authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + web.actualPort() + path))
            .method(method, BodyPublishers.ofString(method.equals("PUT") ? "v" : ""));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private int status(String method, String path, String authorization) {
    return send(method, path, authorization).statusCode();
  }

  private static final String ORDER = "/api/v1/maps/orders/1";
  private static final String OTHER = "/api/v1/maps/other/1";

  @Test
  void aRequestWithoutCredentialsIsToldWhichAreAccepted() {
    HttpResponse<String> refused = send("GET", ORDER, "");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("Bearer", "Basic");
    assertThat(status("GET", "/api/v1/status", "")).isEqualTo(401);
    assertThat(status("GET", ORDER, "Basic nonsense")).isEqualTo(401);
    assertThat(status("GET", "/", "")).as("the page itself tells nothing").isEqualTo(200);
  }

  @Test
  void aUserHasExactlyTheGrantedPermissions() {
    String ann = basic("ann", "ann's");
    assertThat(status("PUT", ORDER, ann)).isEqualTo(200);
    assertThat(status("GET", ORDER, ann)).as("remembered").isEqualTo(200);
    assertThat(status("PUT", OTHER, ann)).isEqualTo(403);
    assertThat(status("DELETE", OTHER, ann)).isEqualTo(403);
    assertThat(status("GET", "/api/v1/maps/other", ann)).isEqualTo(200);
    assertThat(status("GET", ORDER, basic("bob", "bob's"))).isEqualTo(403);
    assertThat(status("GET", "/api/v1/maps/orders", basic("bob", "bob's"))).isEqualTo(403);
    assertThat(status("GET", "/api/v1/maps/orders/watch", basic("bob", "bob's"))).isEqualTo(403);
    JsonObject forbidden = new JsonObject(send("PUT", OTHER, ann).body());
    assertThat(forbidden.getString("detail")).isEqualTo("ann may not write the map \"other\"");
  }

  @Test
  void aWrongPasswordIsRefusedAlikeForKnownAndUnknownUsers() {
    assertThat(status("GET", ORDER, basic("ann", "bob's"))).isEqualTo(401);
    assertThat(status("GET", ORDER, basic("root", ""))).as("has none").isEqualTo(401);
    assertThat(send("GET", ORDER, basic("nobody", "x")).body())
        .isEqualTo(send("GET", ORDER, basic("ann", "x")).body());
  }

  @Test
  void aTokenOfTheIssuerIsBelievedUntilItExpires() {
    String granted =
        token(
            issuer,
            60,
            new JsonObject()
                .put("sub", "page-7")
                .put("synod", new JsonObject().put("orders", "write")));
    assertThat(status("PUT", ORDER, "Bearer " + granted)).isEqualTo(200);
    assertThat(status("GET", OTHER, "Bearer " + granted)).isEqualTo(403);
    String named = token(issuer, 60, new JsonObject().put("sub", "ann"));
    assertThat(status("PUT", ORDER, "Bearer " + named)).as("what ann may").isEqualTo(200);
    assertThat(status("PUT", OTHER, "Bearer " + named)).isEqualTo(403);

    JsonObject ann = new JsonObject().put("sub", "ann");
    String expired =
        token(issuer, 0, ann.copy().put("exp", System.currentTimeMillis() / 1000 - 60));
    String foreign = token(stranger, 60, ann.copy());
    String elsewhere =
        issuer.generateToken(
            ann.copy(),
            new JWTOptions()
                .setAlgorithm("ES256")
                .setIssuer("https://issuer")
                .addAudience("another"));
    String unsigned =
        Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8))
            + named.substring(named.indexOf('.'), named.lastIndexOf('.') + 1);
    String root = token(issuer, 60, new JsonObject().put("sub", "root"));
    String tampered =
        root.substring(0, root.lastIndexOf('.')) + named.substring(named.lastIndexOf('.'));
    for (String wrong : List.of(expired, foreign, elsewhere, unsigned, tampered, "x", "")) {
      assertThat(status("GET", ORDER, "Bearer " + wrong)).as(wrong).isEqualTo(401);
    }
    assertThat(status("GET", ORDER, "Bearer " + token(issuer, 60, new JsonObject())))
        .as("it says not whose it is")
        .isEqualTo(401);
  }

  @Test
  void onlyAnOperatorStopsAMember() {
    synod.show(
        new Vitals(
            true,
            true,
            true,
            true,
            true,
            List.of("n1"),
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            Vitals.NONE.force(),
            Vitals.NONE.round(),
            Vitals.NONE.roundTrips(),
            Vitals.NONE.sent(),
            0,
            List.of()));
    assertThat(status("POST", "/api/v1/stop", basic("ann", "ann's"))).isEqualTo(403);
    assertThat(stops).hasValue(0);
    assertThat(status("POST", "/api/v1/members", basic("ann", "ann's"))).isEqualTo(403);
    assertThat(status("PUT", "/api/v1/quorums", basic("ann", "ann's"))).isEqualTo(403);
    assertThat(status("PUT", "/api/v1/leader", basic("ann", "ann's"))).isEqualTo(403);
    assertThat(synod.changes()).isEmpty();
    String root = token(issuer, 60, new JsonObject().put("sub", "root"));
    assertThat(status("POST", "/api/v1/stop", "Bearer " + root)).isEqualTo(202);
    await().untilAsserted(() -> assertThat(stops).hasValue(1));
  }

  private FeedPage page(String hello) {
    FeedPage page = FeedPage.connect(sockets, web.actualPort());
    page.say("{'type':'hello','v':1," + hello + "}");
    return page;
  }

  @Test
  void thePermissionIsAskedAtSubscribeAndAnsweredWithACode() {
    FeedPage bob = page("'user':'bob','password':'bob\\u0027s'");
    bob.expect("welcome");
    bob.say("{'type':'sub','id':1,'topic':'orders'}");
    JsonObject no = bob.expect("no");
    assertThat(no.getString("code")).isEqualTo("forbidden");
    assertThat(no.getLong("id")).isEqualTo(1);
    bob.say("{'type':'sub','id':2,'topic':'other'}");
    assertThat(bob.expect("ok").getLong("id")).isEqualTo(2);

    assertThat(page("'user':'bob','password':'x'").expect("bye").getInteger("code"))
        .isEqualTo(4003);
    assertThat(page("'token':'x'").expect("bye").getInteger("code")).isEqualTo(4003);
    assertThat(page("'seen':0").expect("bye").getInteger("code")).isEqualTo(4003);
    assertThat(page("'user':'bob'").expect("no").getString("code")).isEqualTo("bad-field");
  }

  @Test
  void aSubscriptionEndsWithinASecondOfItsRevocationAndTheOthersGoOn() {
    FeedPage ann = page("'user':'ann','password':'ann\\u0027s'");
    ann.expect("welcome");
    ann.say("{'type':'sub','id':1,'topic':'orders'}");
    ann.expect("ok");
    ann.expect("snap");
    ann.say("{'type':'sub','id':2,'topic':'secret'}");
    ann.expect("ok");
    ann.expect("snap");

    long began = System.nanoTime();
    users(new JsonObject().put("ann", user(ANN, new JsonObject().put("orders", "read"))));
    JsonObject no = ann.expect("no");
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
    assertThat(no.getLong("id")).isEqualTo(2);
    assertThat(no.getString("code")).isEqualTo("forbidden");
    await(orders.put("k", Buffer.buffer("still there")));
    assertThat(ann.expect("chg").getString("topic")).isEqualTo("orders");

    users(new JsonObject().put("ann", user(BOB, new JsonObject().put("orders", "read"))));
    assertThat(ann.expect("bye").getInteger("code")).as("another password").isEqualTo(4003);
  }

  @Test
  void aSubscriptionWhoseRightIsWithdrawnGivesItsShareOfTheBudgetBack() {
    ReplicatedMap<Buffer> secret = ReplicatedMap.of(synod, "secret", Buffer.class);
    for (int i = 0; i < 20; i++) {
      await(secret.put("k" + i, Buffer.buffer("x".repeat(60_000))));
    }
    FeedPage ann = page("'user':'ann','password':'ann\\u0027s'");
    ann.expect("welcome");
    ann.say("{'type':'sub','id':1,'topic':'secret'}");
    ann.expect("ok");
    ann.expect("snap");
    await().until(() -> web.stats().heldBytes() > 500_000);
    users(new JsonObject().put("ann", user(ANN, new JsonObject().put("orders", "read"))));
    JsonObject frame = ann.next();
    while (!frame.getString("type").equals("no")) {
      frame = ann.next();
    }
    await().until(() -> web.stats().heldBytes() < 10_000);
    ann.say("{'type':'sub','id':2,'topic':'orders'}");
    assertThat(ann.expect("ok").getLong("id")).isEqualTo(2);
  }

  @Test
  void aTokenThatExpiresEndsTheSocketWithACodeOfItsOwnAndARevokedOneAtOnce() {
    await(web.close());
    leeway = 0;
    web = serve(new WebOptions());
    JsonObject claims =
        new JsonObject().put("sub", "p").put("synod", new JsonObject().put("*", "read"));
    FeedPage brief = page("'token':'" + token(issuer, 2, claims.copy()) + "'");
    brief.expect("welcome");
    brief.say("{'type':'sub','id':1,'topic':'orders'}");
    brief.expect("ok");
    brief.expect("snap");
    assertThat(brief.expect("bye").getInteger("code")).isEqualTo(4011);

    String id = token(issuer, 60, claims.copy().put("jti", "number 7"));
    FeedPage longer = page("'token':'" + id + "'");
    longer.expect("welcome");
    users(new JsonObject(), "number 7");
    assertThat(longer.expect("bye").getInteger("code")).isEqualTo(4003);
    assertThat(status("GET", ORDER, "Bearer " + id)).isEqualTo(401);
  }

  @Test
  void aStreamOfEventsEndsWithTheRightToReadIt() throws Exception {
    HttpResponse<InputStream> stream =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:" + web.actualPort() + "/api/v1/maps/orders/watch"))
                .header("Authorization", basic("ann", "ann's"))
                .build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    users(new JsonObject());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.lines().toList()).contains("event: no");
    }
  }

  @Test
  void aFileOfUsersThatIsWrongChangesNothing() {
    String ann = basic("ann", "ann's");
    assertThat(status("GET", ORDER, ann)).isEqualTo(404);
    write("{\"users\": {\"ann\": {\"password\": \"plain\"}}}");
    await()
        .during(Duration.ofMillis(900))
        .atMost(Duration.ofSeconds(5))
        .until(() -> status("GET", ORDER, ann) == 404);
    users(new JsonObject());
    await().until(() -> status("GET", ORDER, ann) == 401);
    assertThatThrownBy(
            () -> {
              write(
                  "{\"users\": {\"ann\": {\"password\": \"plain\", \"grants\": {\"a\":"
                      + " \"all\"}}}}");
              serve(new WebOptions());
            })
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("authentication.users: ")
        .hasMessageContaining("users.json: users.ann.grants.a: expected one of READ, WRITE, ADMIN");
  }

  @Test
  void requestsBeyondTheRateWait() {
    await(web.close());
    web = serve(new WebOptions().setMaxRequestsPerSecond(5).setMaxFramesPerSecond(5));
    String ann = basic("ann", "ann's");
    List<Integer> answers =
        IntStream.range(0, 30).map(i -> status("GET", "/api/v1/status", ann)).boxed().toList();
    assertThat(answers).contains(200, 429);
    HttpResponse<String> refused =
        await()
            .until(() -> send("GET", "/api/v1/status", ann), answer -> answer.statusCode() == 429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(new JsonObject(refused.body()).getString("type"))
        .isEqualTo("/problems/too-many-requests");
    await().until(() -> status("GET", "/api/v1/status", ann) == 200);

    FeedPage page = page("'user':'ann','password':'ann\\u0027s'");
    page.expect("welcome");
    for (int i = 0; i < 30; i++) {
      page.say("{'type':'time','t0':" + i + "}");
    }
    JsonObject no = page.next();
    while (!no.getString("type").equals("no")) {
      no = page.next();
    }
    assertThat(no.getString("code")).isEqualTo("too-many-requests");
    assertThat(no.getLong("retryMs")).isPositive();
  }

  /** The statuses of as many requests at once. */
  private List<Integer> flood(int count, IntFunction<String> authorization) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    http.sendAsync(
                        HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + web.actualPort() + ORDER))
                            .header("Authorization", authorization.apply(i))
                            .build(),
                        BodyHandlers.ofString()))
            .toList();
    return answers.stream().map(answer -> answer.join().statusCode()).toList();
  }

  @Test
  void ofManyWrongPasswordsAtOnceFewAreHashedAndTheOtherUsersAreNotBraked() {
    for (IntFunction<String> wrong :
        List.<IntFunction<String>>of(
            i -> basic("ann", "wrong " + i), i -> basic("nobody " + i, "wrong"))) {
      List<Integer> answers = flood(200, wrong);
      assertThat(answers).containsOnly(401, 429);
      assertThat(answers.stream().filter(status -> status == 401)).hasSizeLessThan(60);
    }
    assertThat(status("GET", ORDER, basic("bob", "bob's")))
        .as("bob may not, but is let in")
        .isEqualTo(403);
  }

  @Test
  void aUserAtAnAddressThatFailsTooOftenWaits() {
    List<Integer> answers =
        IntStream.range(0, 30)
            .map(i -> status("GET", ORDER, basic("bob", "x" + i)))
            .boxed()
            .toList();
    assertThat(answers.subList(0, 20)).containsOnly(401);
    assertThat(answers.subList(20, 30)).contains(429);
    assertThat(status("GET", ORDER, basic("ann", "ann's"))).isEqualTo(404);
  }

  @Test
  void tokensThatAreNoLongerValidBrakeNoUserOfTheSameAddress() {
    String stale = token(issuer, 0, new JsonObject().put("sub", "page").put("exp", 1_000_000_000L));
    for (int i = 0; i < 25; i++) {
      assertThat(status("GET", ORDER, "Bearer " + stale)).isIn(401, 429);
      assertThat(status("GET", ORDER, "Bearer wrong" + i)).isIn(401, 429);
    }
    assertThat(status("GET", ORDER, "Bearer wrong")).isEqualTo(429);
    assertThat(status("GET", ORDER, basic("ann", "ann's"))).isEqualTo(404);
    String fresh = token(issuer, 60, new JsonObject().put("sub", "ann"));
    assertThat(status("GET", ORDER, "Bearer " + fresh)).isEqualTo(404);
  }

  @Test
  void credentialsThatWereRightLatelyAreNotBraked() {
    String ann = basic("ann", "ann's");
    String bearer = "Bearer " + token(issuer, 60, new JsonObject().put("sub", "ann"));
    assertThat(status("GET", ORDER, ann)).isEqualTo(404);
    assertThat(status("GET", ORDER, bearer)).isEqualTo(404);
    for (int i = 0; i < 25; i++) {
      status("GET", ORDER, basic("ann", "wrong" + i));
      status("GET", ORDER, bearer + "x");
    }
    assertThat(status("GET", ORDER, basic("ann", "wrong"))).isEqualTo(429);
    assertThat(status("GET", ORDER, ann)).isEqualTo(404);
    assertThat(status("GET", ORDER, bearer)).isEqualTo(404);
  }

  private int forwarded(String by, String authorization) {
    return RawHttp.ask(
            web.actualPort(), "GET", ORDER, "X-Forwarded-For", by, "Authorization", authorization)
        .status();
  }

  @Test
  void behindATrustedProxyTheClientIsCountedAndNotTheProxy() {
    await(web.close());
    web = serve(new WebOptions().setTrustedProxies(List.of("127.0.0.0/8", "10.0.0.7")));
    for (int i = 0; i < 25; i++) {
      forwarded("192.0.2.1", "Bearer x" + i);
      forwarded("198.51.100." + i + ", 2001:db8:0:1::" + i + ", 10.0.0.7", "Bearer x" + i);
    }
    assertThat(forwarded("192.0.2.1", "Bearer x")).isEqualTo(429);
    assertThat(forwarded("203.0.113.5,192.0.2.1, 10.0.0.7", "Bearer x"))
        .as("what a client claims before its proxy does not count")
        .isEqualTo(429);
    assertThat(forwarded("2001:db8:0:1:ffff::1", "Bearer x"))
        .as("an IPv6 network is one client")
        .isEqualTo(429);
    assertThat(forwarded("192.0.2.2", "Bearer x")).isEqualTo(401);
    assertThat(forwarded("2001:db8:0:2::1", "Bearer x")).isEqualTo(401);
  }

  @Test
  void fromOthersTheForwardedAddressIsIgnored() {
    for (int i = 0; i < 25; i++) {
      forwarded("192.0.2." + i, "Bearer x" + i);
    }
    assertThat(forwarded("192.0.2.200", "Bearer x")).isEqualTo(429);
  }

  @Test
  void theFileOfUsersIsComparedByItsContentWhateverItsTime() throws IOException {
    Path file = directory.resolve("users.json");
    FileTime time = Files.getLastModifiedTime(file);
    String ann = basic("ann", "ann's");
    assertThat(status("GET", ORDER, ann)).isEqualTo(404);
    Path next = Files.writeString(directory.resolve("next"), "{\"users\": {}}");
    Files.setLastModifiedTime(next, time);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    await().until(() -> status("GET", ORDER, ann) == 401);
  }

  @Test
  void clocksMayDifferByTheLeeway() {
    long now = System.currentTimeMillis() / 1000;
    JsonObject ann = new JsonObject().put("sub", "ann");
    for (JsonObject times :
        List.of(
            new JsonObject().put("exp", now - 5),
            new JsonObject().put("nbf", now + 20),
            new JsonObject().put("iat", now + 20),
            new JsonObject().put("exp", Long.MAX_VALUE))) {
      String token = token(issuer, 0, ann.copy().mergeIn(times));
      assertThat(status("GET", ORDER, "Bearer " + token)).as(times.encode()).isEqualTo(404);
    }
    for (JsonObject times :
        List.of(
            new JsonObject().put("exp", now - 40),
            new JsonObject().put("nbf", now + 60),
            new JsonObject().put("exp", "soon"),
            new JsonObject().put("nbf", true),
            new JsonObject().put("exp", Long.MIN_VALUE))) {
      String token = token(issuer, 0, ann.copy().mergeIn(times));
      assertThat(status("GET", ORDER, "Bearer " + token)).as(times.encode()).isEqualTo(401);
    }
  }

  @Test
  void aTokenThatHasExpiredBeforeTheHelloMayBeReplaced() {
    JsonObject claims = new JsonObject().put("sub", "ann").put("exp", 1_000_000_000L);
    JsonObject bye = page("'token':'" + token(issuer, 0, claims) + "'").expect("bye");
    assertThat(bye.getInteger("code")).isEqualTo(4011);
    assertThat(bye.getLong("retryMs")).isPositive();
    String forged = token(stranger, 0, claims.copy());
    assertThat(page("'token':'" + forged + "'").expect("bye").getInteger("code")).isEqualTo(4003);
  }
}
