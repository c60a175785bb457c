package dev.synod.web;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The machine's own browser, one for each JVM. */
final class Chromium {
  private static final Playwright PLAYWRIGHT =
      Playwright.create(
          new Playwright.CreateOptions()
              .setEnv(
                  Map.of(
                      "PLAYWRIGHT_NODEJS_PATH",
                      onPath("node", "nodejs"),
                      "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                      "1")));

  private static final Browser BROWSER =
      PLAYWRIGHT
          .chromium()
          .launch(
              new BrowserType.LaunchOptions()
                  .setExecutablePath(Path.of(onPath("chromium", "chromium")))
                  .setArgs(
                      List.of(
                          "--no-sandbox",
                          "--disable-quic",
                          "--disable-background-networking",
                          "--disable-component-update",
                          "--disable-sync")));

  private Chromium() {}

  /** A machine without one fails the test, rather than to let it pass unseen. */
  private static String onPath(String program, String debianPackage) {
    for (String folder :
        Objects.requireNonNullElse(System.getenv("PATH"), "")
            .split(Pattern.quote(java.io.File.pathSeparator), -1)) {
      Path file = Path.of(folder, program);
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new IllegalStateException(
        "there is no \"%s\" on the PATH, which the tests in a browser need: install it (Debian: apt install %s)"
            .formatted(program, debianPackage));
  }

  static Browser browser() {
    return BROWSER;
  }
}
