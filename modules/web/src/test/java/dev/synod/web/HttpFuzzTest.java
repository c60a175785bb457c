package dev.synod.web;

import static dev.synod.fuzzing.Await.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.data.map.HistoryLimits;
import dev.synod.fuzzing.Seeds;
import dev.synod.web.config.WebOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is asked over HTTP is answered, and never with a fault of the node. */
class HttpFuzzTest {
  private static final List<String> METHODS =
      List.of("GET", "PUT", "DELETE", "HEAD", "POST", "OPTIONS");
  private static final List<String> HEADERS =
      List.of(
          "If-Match",
          "If-None-Match",
          "Last-Event-ID",
          "Content-Type",
          "Content-Encoding",
          "Authorization",
          "Accept",
          "Origin",
          "Cookie");

  private static Vertx vertx;
  private static SynodWeb web;

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    web =
        SynodWeb.create(
            vertx, new ScriptedSynod(vertx, HistoryLimits.DEFAULT), new WebOptions().setPort(0));
    await(web.listen());
  }

  @AfterAll
  static void stop() {
    await(web.close());
    await(vertx.close());
  }

  static Stream<byte[]> requests() {
    return Seeds.texts(
        "GET /api/v1/maps/m/k?level=local\nIf-None-Match: \"17\"\n\n",
        "PUT /api/v1/maps/m/k%20%C3%BC\nIf-Match: \"1\"\nContent-Type: text/plain\n\nvalue",
        "PUT /api/v1/maps/m/k\nIf-None-Match: *\n\nvalue",
        "DELETE /api/v1/maps/m/k\nIf-Match: *\n\n",
        "GET /api/v1/maps/m?prefix=k&limit=10&after=k1&level=linearizable\n\n",
        "GET /api/v1/maps/m/watch?from=3\nLast-Event-ID: 4\n\n",
        "GET /api/v1/maps/%ff%fe/%zz?limit=%\n\n",
        "GET /api/v1/status\nAuthorization: Bearer x\n\n",
        "GET /..%2f..%2fetc/passwd\nOrigin: http://elsewhere\n\n",
        "GET /feed/info?t=1\nOrigin: null\n\n");
  }

  /** The first line is a method and an address, then come headers, then an empty line, a body. */
  @MethodSource("requests")
  @FuzzTest
  void aRequestIsAnsweredAndAFaultIsTheCallers(byte[] bytes) throws IOException {
    BugDetectors.allowNetworkConnections();
    if (bytes.length > 4_000) {
      return; // a server's bound of a request line is no bound of ours
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int end = text.indexOf("\n\n");
    String[] lines = (end < 0 ? text : text.substring(0, end)).split("\n");
    byte[] body = (end < 0 ? "" : text.substring(end + 2)).getBytes(StandardCharsets.ISO_8859_1);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), web.actualPort())) {
      socket.setSoTimeout(10_000);
      socket.setSoLinger(true, 0); // a reset: else the ports run out
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.writeBytes(head(lines, body.length).getBytes(StandardCharsets.ISO_8859_1));
      request.writeBytes(body);
      socket.getOutputStream().write(request.toByteArray());
      answered(new BufferedInputStream(socket.getInputStream()));
    }
  }

  private static String head(String[] lines, int length) {
    String first = lines.length == 0 ? "" : lines[0];
    String method =
        METHODS.stream().filter(name -> first.startsWith(name + " ")).findFirst().orElse("GET");
    String address = first.substring(Math.min(first.length(), method.length() + 1));
    StringBuilder head =
        new StringBuilder(method)
            .append(" /")
            .append(printable(address).replace(" ", "").replaceFirst("^/", ""))
            .append(" HTTP/1.1\r\nHost: 127.0.0.1:")
            .append(web.actualPort())
            .append("\r\nContent-Length: ")
            .append(length)
            .append("\r\n");
    for (int i = 1; i < Math.min(lines.length, 6); i++) {
      String line = lines[i];
      HEADERS.stream()
          .filter(name -> line.startsWith(name + ":"))
          .forEach(name -> head.append(printable(line)).append("\r\n"));
    }
    return head.append("\r\n").toString();
  }

  private static String printable(String text) {
    return text.replaceAll("[\\x00-\\x1f\\x7f]", "");
  }

  private static void answered(InputStream in) throws IOException {
    String status = line(in);
    assertThat(status).matches("HTTP/1\\.1 [1-5][0-9][0-9] .*");
    int code = Integer.parseInt(status.substring(9, 12));
    assertThat(code).as(status).isLessThan(500);
    int length = 0;
    String type = "";
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String header = line.toLowerCase(Locale.ROOT);
      length =
          header.startsWith("content-length: ") ? Integer.parseInt(line.substring(16)) : length;
      type = header.startsWith("content-type: ") ? header.substring(14) : type;
    }
    if (type.equals("application/problem+json")) {
      byte[] body = in.readNBytes(length);
      if (body.length > 0) {
        JsonObject problem = new JsonObject(new String(body, StandardCharsets.UTF_8));
        assertThat(problem.getInteger("status")).isEqualTo(code);
        assertThat(problem.getString("detail")).isNotBlank().doesNotContain("Exception");
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      assertThat(b).as("the connection ended without an answer").isNotNegative();
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }
}
