package dev.synod.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whoever runs a node reads one line for each event. */
class LoggingTest {
  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private static String logged(String message, @Nullable Throwable cause) {
    var stderr = (ConsoleAppender<ILoggingEvent>) ROOT.getAppender("stderr");
    var event = new LoggingEvent("", ROOT, Level.ERROR, message, cause, null);
    return new String(stderr.getEncoder().encode(event), UTF_8);
  }

  @Test
  void aMessageWithAStackTraceInItIsOneLine() {
    assertThat(logged("It failed:\n\tat somewhere.Else(Else.java:1)", null))
        .endsWith("ERROR ROOT - It failed:\n");
  }

  @Test
  void anExceptionAddsNoLine() {
    assertThat(logged("It failed", new IllegalStateException("why")))
        .hasLineCount(1)
        .contains("It failed")
        .doesNotContain("\tat ");
  }

  @Test
  void aLineBeginsWithItsDateAndTheZoneOfItsTime() {
    assertThat(logged("It failed", null))
        .containsPattern(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}(Z|[+-][0-9]{2}:[0-9]{2})"
                + " ERROR ");
  }

  @Test
  void whatEndsAThreadIsLoggedLikeEverythingElse() {
    var heard = new ListAppender<ILoggingEvent>();
    heard.start();
    Logger main = (Logger) LoggerFactory.getLogger(Main.class);
    main.addAppender(heard);
    // A reader of the test's output would look for the thread that has ended.
    main.setAdditive(false);
    try {
      Main.uncaught(new Thread("made-up"), new IllegalStateException("made up"));
    } finally {
      main.setAdditive(true);
      main.detachAppender(heard);
    }
    assertThat(heard.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly("The thread made-up ended: java.lang.IllegalStateException: made up");
  }
}
