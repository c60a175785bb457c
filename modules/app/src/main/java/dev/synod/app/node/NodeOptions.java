package dev.synod.app.node;

import dev.synod.vertx.SynodOptions;
import dev.synod.vertx.config.ConfigurationException;
import dev.synod.vertx.config.Fields;
import dev.synod.vertx.config.OptionsFile;
import dev.synod.web.config.WebOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one node: {@code {"synod": {…}, "cluster": {…}, "web": {…}}}.
 *
 * @param synod the member
 * @param cluster how nodes find each other; null for a group of one, which needs no cluster
 * @param web where its page and HTTP API are
 */
public record NodeOptions(SynodOptions synod, @Nullable ClusterOptions cluster, WebOptions web) {

  /**
   * Reads a file. Blocks.
   *
   * @throws ConfigurationException with every problem there is, each with the file and the path
   */
  public static NodeOptions read(Path file) {
    JsonObject json = OptionsFile.read(file);
    try {
      return read(json);
    } catch (ConfigurationException e) {
      throw e.in(file);
    }
  }

  public static NodeOptions read(JsonObject json) {
    Fields fields = new Fields(json);
    JsonObject synodJson = fields.object("synod");
    JsonObject clusterJson = fields.object("cluster");
    JsonObject webJson = fields.object("web");
    List<String> problems = new ArrayList<>();
    try {
      fields.end();
    } catch (ConfigurationException e) {
      problems.addAll(e.problems());
    }
    SynodOptions synod = null;
    if (synodJson != null) {
      synod = part("synod", synodJson, part -> new SynodOptions(part).validate(), problems);
    } else if (!json.containsKey("synod")) {
      problems.add("synod: is missing, expected an object that says who this member is");
    }
    ClusterOptions cluster =
        clusterJson == null ? null : part("cluster", clusterJson, ClusterOptions::read, problems);
    WebOptions web =
        part(
            "web",
            webJson == null ? new JsonObject() : webJson,
            part -> new WebOptions(part).validate(),
            problems);
    if (synod != null && !json.containsKey("cluster") && synod.getMembers().size() > 1) {
      problems.add(
          String.format(
              Locale.ROOT,
              "cluster: is missing, but the group has %d members, which need it to find each other",
              synod.getMembers().size()));
    }
    if (!problems.isEmpty() || synod == null || web == null) {
      throw new ConfigurationException(problems);
    }
    return new NodeOptions(synod, cluster, web);
  }

  private static <T> @Nullable T part(
      String name, JsonObject json, Function<JsonObject, T> read, List<String> problems) {
    try {
      return read.apply(json);
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> problems.add(name + "." + problem));
      return null;
    }
  }
}
