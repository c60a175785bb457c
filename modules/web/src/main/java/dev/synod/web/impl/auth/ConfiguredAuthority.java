package dev.synod.web.impl.auth;

import dev.synod.vertx.config.ConfigurationException;
import dev.synod.web.auth.Authority;
import dev.synod.web.auth.Credentials;
import dev.synod.web.auth.Grants;
import dev.synod.web.auth.Passwords;
import dev.synod.web.auth.Permission;
import dev.synod.web.auth.Principal;
import dev.synod.web.auth.Users;
import dev.synod.web.config.AuthenticationOptions;
import dev.synod.web.config.WebOptions;
import dev.synod.web.impl.http.TooManyException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authority that the options describe: it accepts every caller, or the secret token, users, and
 * JSON Web Tokens.
 */
public final class ConfiguredAuthority implements Authority {
  private static final Logger LOG = LoggerFactory.getLogger(ConfiguredAuthority.class);

  /** Maximum number of hashes that wait or run; each takes a tenth of a second. */
  private static final int MOST_HASHES_DUE = 64;

  private static final int HASHING_THREADS = 1;
  private static final long HASHES_WAIT_MILLIS = 2_000;

  /**
   * Interval at which the users file is checked for changes, so that a change takes effect within a
   * second.
   */
  private static final long LOOK_MILLIS = 300;

  private static final Superuser ANYBODY = new Superuser("anybody");

  private final Vertx vertx;
  private final byte @Nullable [] secret;
  private final @Nullable Path file;
  private final @Nullable JWTAuth jwt;
  private final String claim;
  private final boolean open;
  private final int leeway;
  private final Passwords passwords = new Passwords();

  /** Pool of one thread, so that password hashes never take a second processor. */
  private final WorkerExecutor hashing;

  private final AtomicInteger hashesDue = new AtomicInteger();
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final long timer;
  private volatile Users users = Users.NONE;
  private String content = "";

  /**
   * Creates the authority from validated options and reads their files. Blocks the calling thread.
   */
  public ConfiguredAuthority(Vertx vertx, WebOptions options) {
    AuthenticationOptions authentication = options.getAuthentication();
    String token = options.getToken();
    this.vertx = vertx;
    this.secret = token == null ? null : token.getBytes(StandardCharsets.UTF_8);
    this.open = token == null && authentication == null;
    this.file = authentication == null ? null : authentication.users();
    AuthenticationOptions.Jwt tokens = authentication == null ? null : authentication.jwt();
    this.jwt = tokens == null ? null : jwt(vertx, tokens);
    this.claim = tokens == null ? "" : tokens.claim();
    this.leeway = tokens == null ? 0 : tokens.leeway();
    this.hashing =
        vertx.createSharedWorkerExecutor("synod-passwords-" + UUID.randomUUID(), HASHING_THREADS);
    Path watched = file;
    if (watched != null) {
      content = content(watched);
      users = Users.read(watched);
      timer =
          vertx.setPeriodic(
              LOOK_MILLIS,
              tick ->
                  vertx.executeBlocking(
                      () -> {
                        look(watched);
                        return null;
                      },
                      false));
    } else {
      timer = -1;
    }
  }

  private static JWTAuth jwt(Vertx vertx, AuthenticationOptions.Jwt options) {
    String key;
    try {
      key = Files.readString(options.key()).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JWTOptions expected = new JWTOptions().setLeeway(options.leeway()).setIgnoreExpiration(true);
    if (options.issuer() != null) {
      expected.setIssuer(options.issuer());
    }
    if (options.audience() != null) {
      expected.addAudience(options.audience());
    }
    return JWTAuth.create(
        vertx,
        new JWTAuthOptions()
            .addPubSecKey(
                new PubSecKeyOptions()
                    .setAlgorithm(options.algorithm())
                    .setBuffer(Buffer.buffer(key)))
            .setJWTOptions(expected));
  }

  /** Content of the file, or the reason why it cannot be read. */
  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Compares contents: two changes within one tick of the file system's clock have one time. */
  private synchronized void look(Path watched) {
    String now = content(watched);
    if (now.equals(content)) {
      return;
    }
    content = now;
    try {
      users = Users.read(watched);
      LOG.info("{} has changed and takes effect now", watched);
      listeners.forEach(Runnable::run);
    } catch (ConfigurationException wrong) {
      LOG.error(
          "The users file is invalid, so its former content stays in effect: {}",
          wrong.getMessage());
    }
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
    hashing.close();
  }

  @Override
  public Future<Principal> admit(Credentials shown) {
    if (open) {
      return Future.succeededFuture(ANYBODY);
    } else if (shown instanceof Credentials.Token token) {
      return admit(token.token());
    } else if (shown instanceof Credentials.Password password) {
      return admit(password);
    }
    return denied("this node requires a token" + (file == null ? "" : ", or a user's password"));
  }

  private static Future<Principal> denied(String why) {
    return Future.failedFuture(new Denied(why));
  }

  private Future<Principal> admit(String token) {
    if (secret != null && MessageDigest.isEqual(secret, token.getBytes(StandardCharsets.UTF_8))) {
      return Future.succeededFuture(new Superuser("the token"));
    } else if (jwt == null) {
      return denied("the token is wrong");
    }
    JWTAuth issuer = jwt;
    // Composed, because claims of a wrong type make it throw.
    return Future.succeededFuture(new TokenCredentials(token))
        .compose(issuer::authenticate)
        .compose(this::timely, wrong -> denied("the token is invalid: " + wrong.getMessage()));
  }

  /**
   * Checks the times of a token whose signature is right (RFC 7519, section 4.1), and returns its
   * bearer.
   */
  private Future<Principal> timely(io.vertx.ext.auth.User user) {
    JsonObject claims = user.attributes().getJsonObject("accessToken");
    for (String time : List.of("exp", "nbf", "iat")) {
      Object value = claims.getValue(time);
      if (value != null && !(value instanceof Number)) {
        return denied("the token's " + time + " is no number of seconds");
      }
    }
    if (System.currentTimeMillis() >= expires(claims)) {
      return Future.failedFuture(new Expired("the token has expired"));
    }
    return user.expired(leeway) ? denied("the token is not valid yet") : bearer(claims);
  }

  /** Returns the time at which a token expires, leeway included, in milliseconds since 1970. */
  private long expires(JsonObject claims) {
    return claims.getValue("exp") instanceof Number seconds
        ? TimeUnit.SECONDS.toMillis(Math.min(seconds.longValue(), Long.MAX_VALUE - leeway) + leeway)
        : Long.MAX_VALUE;
  }

  private Future<Principal> bearer(JsonObject claims) {
    if (!(claims.getValue("sub") instanceof String subject)) {
      return denied("the token lacks the claim sub");
    }
    Grants own = null;
    if (claims.getValue(claim) instanceof JsonObject granted) {
      try {
        own = Grants.read(granted);
      } catch (ConfigurationException wrong) {
        return denied("the token's claim " + claim + " is wrong: " + wrong.getMessage());
      }
    }
    Bearer bearer =
        new Bearer(
            subject, claims.getValue("jti") instanceof String id ? id : null, own, expires(claims));
    return bearer.isAdmitted() ? Future.succeededFuture(bearer) : denied("the token was revoked");
  }

  private Future<Principal> admit(Credentials.Password shown) {
    if (file == null) {
      return denied("this node requires a token");
    }
    Users.User user = users.users().get(shown.user());
    String hash = user == null ? null : user.password();
    if (hash != null && passwords.remembers(hash, shown.password())) {
      return entered(new User(shown.user(), hash));
    }
    if (hashesDue.incrementAndGet() > MOST_HASHES_DUE) {
      hashesDue.decrementAndGet();
      return Future.failedFuture(
          new TooManyException(
              MOST_HASHES_DUE + " passwords are being examined", HASHES_WAIT_MILLIS));
    }
    return hashing
        .executeBlocking(
            () -> passwords.verify(hash == null ? Nobody.HASH : hash, shown.password()), false)
        .onComplete(done -> hashesDue.decrementAndGet())
        .compose(
            right ->
                right && hash != null
                    ? entered(new User(shown.user(), hash))
                    : denied("the user or the password is wrong"));
  }

  private static Future<Principal> entered(User user) {
    return user.isAdmitted()
        ? Future.succeededFuture(user)
        : denied("the user no longer has access");
  }

  /**
   * Hash for unknown users: refusing an unknown user takes as long as refusing a wrong password, so
   * that the time does not reveal which users exist.
   */
  private static final class Nobody {
    static final String HASH = Passwords.hash("unknown");
  }

  /** The bearer of a valid token. */
  private final class Bearer implements Principal {
    private final String name;
    private final @Nullable String id;
    private final @Nullable Grants own;
    private final long until;

    Bearer(String name, @Nullable String id, @Nullable Grants own, long until) {
      this.name = name;
      this.id = id;
      this.own = own;
      this.until = until;
    }

    private Grants grants() {
      if (own != null) {
        return own;
      }
      Users.User user = users.users().get(name);
      return user == null ? Grants.NONE : user.grants();
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean may(Permission permission, String map) {
      return isAdmitted() && grants().allow(permission, map);
    }

    @Override
    public boolean mayOperate() {
      return isAdmitted() && grants().allowOperating();
    }

    @Override
    public boolean isAdmitted() {
      Users now = users;
      return System.currentTimeMillis() < until
          && !now.revoked().contains(name)
          && (id == null || !now.revoked().contains(id));
    }

    @Override
    public long until() {
      return until;
    }
  }

  /** A user with a verified password, valid while the password hash stays the same. */
  private final class User implements Principal {
    private final String name;
    private final String hash;

    User(String name, String hash) {
      this.name = name;
      this.hash = hash;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public boolean may(Permission permission, String map) {
      Users.User now = current();
      return now != null && now.grants().allow(permission, map);
    }

    @Override
    public boolean mayOperate() {
      Users.User now = current();
      return now != null && now.grants().allowOperating();
    }

    private Users.@Nullable User current() {
      Users now = users;
      Users.User user = now.users().get(name);
      return user != null && hash.equals(user.password()) && !now.revoked().contains(name)
          ? user
          : null;
    }

    @Override
    public boolean isAdmitted() {
      return current() != null;
    }

    @Override
    public long until() {
      return Long.MAX_VALUE;
    }
  }
}
