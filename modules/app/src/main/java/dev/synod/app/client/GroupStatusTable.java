package dev.synod.app.client;

import dev.synod.app.terminal.ExitCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The state of a group, put together from the answers of its members. Immutable. */
public final class GroupStatusTable {
  /**
   * The answer of one member to a request for its status.
   *
   * @param status empty if there was no answer
   * @param error the reason why there was none; otherwise empty
   */
  public record MemberAnswer(String url, JsonObject status, String error) {
    boolean answered() {
      return !status.isEmpty();
    }
  }

  private static final String[] HEADS = {
    "MEMBER", "STATE", "LEADER", "BALLOT", "CHOSEN", "APPLIED", "LAG", "HASH", "URL"
  };

  private final List<MemberAnswer> seen;
  private final Optional<JsonObject> word;

  public GroupStatusTable(List<MemberAnswer> seen) {
    this.seen = List.copyOf(seen);
    this.word = word(this.seen);
  }

  /**
   * A leader knows best, of several the one with the highest ballot; else the first that answered.
   */
  private static Optional<JsonObject> word(List<MemberAnswer> seen) {
    List<JsonObject> answers =
        seen.stream().filter(MemberAnswer::answered).map(MemberAnswer::status).toList();
    return answers.stream()
        .filter(status -> "leading".equals(status.getString("state")))
        .max(Comparator.comparingLong(GroupStatusTable::round))
        .or(() -> answers.stream().findFirst());
  }

  private static long round(JsonObject status) {
    String round = status.getString("ballot", "").split("\\.", 2)[0];
    return round.matches("[0-9]{1,18}") ? Long.parseLong(round) : -1;
  }

  public int exitCode() {
    if (word.isEmpty()) {
      return ExitCode.UNAVAILABLE;
    }
    JsonObject status = word.get();
    if (!status.getBoolean("canCommit", false)) {
      return ExitCode.CANNOT_COMMIT;
    }
    return status.getBoolean("canElect", false) ? ExitCode.DONE : ExitCode.CANNOT_ELECT;
  }

  private String summary() {
    return word.map(status -> status.getString("summary", "")).orElse("no member answered");
  }

  public JsonObject toJson() {
    JsonArray members = new JsonArray();
    for (MemberAnswer one : seen) {
      JsonObject member = new JsonObject().put("url", one.url());
      members.add(
          one.answered() ? member.put("status", one.status()) : member.put("error", one.error()));
    }
    return new JsonObject().put("summary", summary()).put("members", members);
  }

  public String toText() {
    List<String[]> rows = new ArrayList<>();
    rows.add(HEADS);
    for (MemberAnswer one : seen) {
      JsonObject status = one.status();
      rows.add(
          one.answered()
              ? new String[] {
                text(status, "member"),
                text(status, "state"),
                text(status, "leader"),
                text(status, "ballot"),
                text(status, "chosen"),
                text(status, "applied"),
                text(status, "lag"),
                text(status, "hash"),
                one.url()
              }
              : new String[] {
                "?", "-", "-", "-", "-", "-", "-", "-", one.url() + "  " + one.error()
              });
    }
    StringBuilder text = new StringBuilder(summary()).append('\n');
    word.ifPresent(
        status ->
            text.append("group ")
                .append(text(status, "group"))
                .append(", quorum ")
                .append(text(status, "quorum"))
                .append(", durability ")
                .append(text(status, "durability"))
                .append('\n'));
    for (String[] row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.length; column++) {
        line.append(row[column]);
        if (column < row.length - 1) {
          line.append(" ".repeat(width(rows, column) + 2 - row[column].length()));
        }
      }
      text.append('\n').append(line);
    }
    alarms().forEach(alarm -> text.append("\n! ").append(alarm));
    return text.toString();
  }

  /** In words, each once, with those who say so. */
  private List<String> alarms() {
    Map<String, List<String>> said = new LinkedHashMap<>();
    for (MemberAnswer one : seen) {
      for (Object alarm : one.status().getJsonArray("alarms", new JsonArray())) {
        said.computeIfAbsent(((JsonObject) alarm).getString("text"), text -> new ArrayList<>())
            .add(text(one.status(), "member"));
      }
    }
    return said.entrySet().stream()
        .map(of -> String.join(", ", of.getValue()) + ": " + of.getKey())
        .toList();
  }

  private static int width(List<String[]> rows, int column) {
    return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
  }

  private static String text(JsonObject status, String field) {
    String text = Objects.toString(status.getValue(field), "");
    return text.isEmpty() ? "-" : text;
  }
}
