package dev.synod.web.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.web.impl.auth.RateLimiter;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GrantsTest {
  @Test
  void aStarIsAnyCharactersAndNothingElseIsSpecial() {
    Grants grants =
        Grants.read(new JsonObject().put("a.b*c", "write").put("x", "admin").put("*", "read"));
    assertThat(grants.allow(Permission.WRITE, "a.bc")).isTrue();
    assertThat(grants.allow(Permission.WRITE, "a.b\nmiddle.c")).isTrue();
    assertThat(grants.allow(Permission.WRITE, "aXbc")).isFalse();
    assertThat(grants.allow(Permission.WRITE, "a.bcd")).isFalse();
    assertThat(grants.allow(Permission.READ, "aXbc")).isTrue();
    assertThat(grants.allow(Permission.WRITE, "x")).as("admin includes it").isTrue();
    assertThat(grants.allowOperating()).as("admin of one map is no operator").isFalse();
    assertThat(Grants.read(new JsonObject().put("*", "admin")).allowOperating()).isTrue();
    assertThat(Grants.NONE.allow(Permission.READ, "")).isFalse();
  }

  @Test
  void whatAHeaderShows() {
    assertThat(Credentials.of("bearer  t ")).isEqualTo(new Credentials.Token("t"));
    assertThat(Credentials.of("Basic YTpiOmM=")).isEqualTo(new Credentials.Password("a", "b:c"));
    assertThat(Credentials.of("Basic YQ==")).isEqualTo(new Credentials.None());
    assertThat(Credentials.of("Digest x")).isEqualTo(new Credentials.None());
    assertThat(Credentials.of("")).isEqualTo(new Credentials.None());
    assertThat(new Credentials.Password("a", "secret").toString()).doesNotContain("secret");
    assertThat(new Credentials.Token("secret").toString()).doesNotContain("secret");
  }

  @Test
  void aRateIsABucketThatFillsWithTime() {
    AtomicLong now = new AtomicLong();
    RateLimiter rateLimiter = new RateLimiter(10, 3, now::get);
    assertThat(rateLimiter.take("a")).isZero();
    assertThat(rateLimiter.take("a")).isZero();
    assertThat(rateLimiter.take("a")).isZero();
    assertThat(rateLimiter.take("a")).isEqualTo(100);
    assertThat(rateLimiter.look("a")).isEqualTo(100);
    assertThat(rateLimiter.take("b")).as("another one").isZero();
    now.addAndGet(150_000_000);
    assertThat(rateLimiter.take("a")).isZero();
    assertThat(rateLimiter.take("a")).isEqualTo(50);
    now.addAndGet(60_000_000_000L);
    for (int i = 0; i < 3; i++) {
      assertThat(rateLimiter.take("a")).isZero();
    }
    assertThat(rateLimiter.take("a")).as("no more than that at once").isPositive();
  }
}
