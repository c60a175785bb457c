package dev.synod.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.synod.web.config.AuthenticationOptions;
import dev.synod.web.config.WebOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTest {
  private static final LocatorAssertions.ContainsTextOptions PATIENT =
      new LocatorAssertions.ContainsTextOptions().setTimeout(20_000);

  @TempDir private Path directory;
  private final Cluster cluster = new Cluster(UnaryOperator.identity());
  private final BrowserContext context = Chromium.browser().newContext();
  private final Page page = context.newPage();
  private final List<String> complaints = new ArrayList<>();

  @BeforeEach
  void open() {
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.text().contains("Content Security Policy")) {
            complaints.add(message.text());
          }
        });
    page.navigate(cluster.urls.get(0) + "#map=default");
  }

  @AfterEach
  void close() {
    context.close();
    cluster.close();
    assertThat(complaints).isEmpty();
  }

  private Locator result() {
    return page.locator("#result");
  }

  @Test
  void thePageShowsTheStateOfTheGroupAndTheRolesOfItsMembers() {
    assertThat(page.locator("#summary")).containsText("3 of 3 up", PATIENT);
    assertThat(page.locator("#members li[data-role=leading]")).hasCount(1);
    assertThat(page.locator("#members li[data-role=following]")).hasCount(2);
    assertThat(page.locator("#members li").first()).containsText("applied slot");
    cluster.stop(2);
    assertThat(page.locator("#members li[data-member=n3]")).containsText("no answer", PATIENT);
    assertThat(page.locator("#summary")).containsText("2 of 3 up", PATIENT);
  }

  @Test
  void anEntryIsWrittenWithTheKeyboardAloneAndShownWithItsSlot() {
    assertThat(page.locator("#link")).containsText("live", PATIENT);
    page.locator("#key").focus();
    page.keyboard().type("greeting");
    page.keyboard().press("Tab");
    page.keyboard().type("hello <b>world</b>");
    page.keyboard().press("Tab"); // the button: there is no entry yet to be careful about
    page.keyboard().press("Enter");
    assertThat(result()).containsText(Pattern.compile("Decided in slot \\d+, version \\d+"));
    Locator row = page.locator("#entries tr.new");
    assertThat(row).containsText("greeting");
    assertThat(row).containsText("hello <b>world</b>");
    assertThat(page.locator("#changes li").first()).containsText("greeting = hello");

    await(cluster.map(2, "default").put("from-elsewhere", Buffer.buffer("1")));
    assertThat(page.locator("#entries tr.new")).containsText("from-elsewhere");
    assertThat(page.locator("#entries tr")).hasCount(2);
  }

  @Test
  void aFailedCompareAndSetIsExplainedInWords() {
    await(cluster.map(1, "default").put("k", Buffer.buffer("old")));
    page.locator("#entries button").click();
    assertThat(page.locator("#value")).hasValue("old");
    page.locator("#only").check();
    long version = await(cluster.map(1, "default").put("k", Buffer.buffer("theirs"))).version();
    page.locator("#value").fill("mine");
    page.locator("#put").click();
    assertThat(result()).containsText("The entry is not at that version");
    assertThat(result()).containsText("version " + version);
    assertThat(page.locator("#entries")).containsText("theirs");
    page.locator("#only").uncheck();
    page.locator("#remove").click();
    assertThat(result()).containsText("Removed in slot");
    assertThat(page.locator("#empty")).isVisible();
  }

  @Test
  void whenTheGroupCannotDecideTheFormSaysSo() {
    assertThat(page.locator("#link")).containsText("live", PATIENT);
    cluster.stop(1);
    cluster.stop(2);
    page.locator("#key").fill("k");
    page.locator("#put").click();
    assertThat(result())
        .containsText(
            Pattern.compile("No leader with a quorum|The outcome of the command is unknown"),
            PATIENT);
    assertThat(page.locator("#summary")).containsText("1 of 3 up", PATIENT);
  }

  @Test
  void aRequestedPasswordIsEnteredOnThePage() throws IOException {
    Path users =
        Files.writeString(
            directory.resolve("users.json"),
            new JsonObject()
                .put(
                    "users",
                    new JsonObject()
                        .put(
                            "ann",
                            new JsonObject()
                                .put("password", AuthenticationOptions.hash("änn's"))
                                .put("grants", new JsonObject().put("default", "write"))))
                .encode());
    SynodWeb closed =
        await(
            SynodWeb.create(
                    cluster.vertx,
                    cluster.members.get(0),
                    new WebOptions()
                        .setPort(0)
                        .setAuthentication(new AuthenticationOptions(users, null)))
                .listen());
    page.navigate("http://127.0.0.1:" + closed.actualPort() + "/#map=default");
    page.locator("#user").fill("ann");
    page.locator("#secret").fill("änn's");
    page.locator("#secret").press("Enter");
    assertThat(page.locator("#link")).containsText("live", PATIENT);
    assertThat(page.locator("#enter-section")).isHidden();
    page.locator("#key").fill("k");
    page.locator("#put").click();
    assertThat(result()).containsText("Decided in slot", PATIENT);
    await(closed.close());
  }

  @Test
  void alarmsAreShownInWords() {
    assertThat(page.locator("#summary")).containsText("3 of 3 up", PATIENT);
    assertThat(page.locator("#alarms")).isHidden();
    cluster.stop(2);
    assertThat(page.locator("#alarms")).containsText("member n3 is unreachable", PATIENT);
    assertThat(page.locator("#alarms")).containsText("n1, n2");
  }

  @Test
  void thePageFitsANarrowScreenAndLoadsNothingFromOtherServers() {
    List<String> requests = new ArrayList<>();
    try (BrowserContext narrow =
        Chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(360, 700))) {
      Page phone = narrow.newPage();
      phone.onRequest(request -> requests.add(request.url()));
      await(cluster.map(1, "default").put("key-".repeat(30), Buffer.buffer("value-".repeat(100))));
      phone.navigate(cluster.urls.get(0) + "#map=default");
      assertThat(phone.locator("#entries")).containsText("value-", PATIENT);
      assertThat(phone.evaluate("document.documentElement.scrollWidth <= innerWidth"))
          .isEqualTo(true);
      // Everything can be reached and named without seeing it.
      assertThat(
              phone.evaluate(
                  "[...document.querySelectorAll('input, textarea, button')].every(e =>"
                      + " e.labels?.length || e.textContent.trim())"))
          .isEqualTo(true);
    }
    assertThat(requests)
        .isNotEmpty()
        .allMatch(url -> cluster.urls.stream().anyMatch(url::startsWith));
  }
}
