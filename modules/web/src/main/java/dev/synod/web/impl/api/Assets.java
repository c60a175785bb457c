package dev.synod.web.impl.api;

import dev.synod.web.impl.auth.OriginCheck;
import dev.synod.web.impl.http.Conditions;
import dev.synod.web.impl.http.Replies;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Serves the page and its modules from this jar; the page loads nothing from other servers. */
final class Assets {
  private static final Map<String, String> FILES =
      Map.of(
          "index.html", "text/html; charset=utf-8",
          "app.css", "text/css; charset=utf-8",
          "app.js", "text/javascript; charset=utf-8",
          "synod.js", "text/javascript; charset=utf-8",
          "synod.d.ts", "text/plain; charset=utf-8",
          "icon.svg", "image/svg+xml");

  private final String policy;

  Assets(List<String> peers) {
    Set<String> connect = new LinkedHashSet<>(List.of("'self'"));
    for (String peer : peers) {
      String origin = OriginCheck.origin(peer);
      connect.add(origin);
      connect.add(
          URI.create(peer).getScheme().equals("https")
              ? "wss" + origin.substring(5)
              : "ws" + origin.substring(4));
    }
    policy =
        "default-src 'self'; connect-src "
            + String.join(" ", connect)
            + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
  }

  void mount(Router router) {
    FILES.forEach((name, type) -> serve(router, name, type));
  }

  private void serve(Router router, String name, String type) {
    Buffer content = load(name);
    long tag = 1L + Integer.toUnsignedLong(Arrays.hashCode(content.getBytes()));
    List<String> paths = new ArrayList<>(List.of("/" + name));
    if (name.equals("index.html")) {
      paths.add("/");
    }
    for (String path : paths) {
      Replies.get(
          router,
          path,
          ctx -> {
            ctx.response()
                .putHeader("ETag", "\"" + tag + "\"")
                .putHeader("Cache-Control", "no-cache")
                .putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
            if (Conditions.of(ctx).isNew(tag)) {
              Replies.send(ctx, type, content);
            } else {
              ctx.response().setStatusCode(304).end();
            }
          });
      Replies.onlyMethods(router, path, "GET");
    }
  }

  private static Buffer load(String name) {
    try (InputStream in = Assets.class.getResourceAsStream("/dev/synod/web/" + name)) {
      if (in == null) {
        throw new IllegalStateException(
            name + " is missing in this jar: build the jar with all resources");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
