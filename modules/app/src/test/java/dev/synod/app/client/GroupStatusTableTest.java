package dev.synod.app.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.synod.app.client.GroupStatusTable.MemberAnswer;
import dev.synod.app.terminal.ExitCode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupStatusTableTest {
  private static MemberAnswer member(
      String name, String state, String ballot, boolean canCommit, boolean canElect) {
    return new MemberAnswer(
        "http://" + name,
        new JsonObject()
            .put("member", name)
            .put("state", state)
            .put("ballot", ballot)
            .put("canCommit", canCommit)
            .put("canElect", canElect)
            .put("summary", "as " + name + " sees it"),
        "");
  }

  private static MemberAnswer silent(String name) {
    return new MemberAnswer("http://" + name, new JsonObject(), "no answer: refused");
  }

  private static int exit(MemberAnswer... seen) {
    return new GroupStatusTable(List.of(seen)).exitCode();
  }

  @Test
  void aGroupThatCanDecideAndElectIsWell() {
    assertThat(exit(silent("a"), member("b", "leading", "3.b", true, true))).isZero();
  }

  @Test
  void aGroupThatWouldNotSurviveItsLeaderHasACodeOfItsOwn() {
    assertThat(exit(member("b", "leading", "3.b", true, false))).isEqualTo(ExitCode.CANNOT_ELECT);
  }

  @Test
  void aGroupThatCannotDecideHasACodeOfItsOwn() {
    assertThat(exit(member("b", "electing", "", false, true))).isEqualTo(ExitCode.CANNOT_COMMIT);
  }

  @Test
  void noAnswerAtAllIsUnavailable() {
    assertThat(exit(silent("a"), silent("b"))).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(new GroupStatusTable(List.of(silent("a"))).toText())
        .contains("no member answered")
        .contains("http://a  no answer: refused");
  }

  @Test
  void theLeaderOfTheHighestBallotIsBelieved() {
    GroupStatusTable report =
        new GroupStatusTable(
            List.of(
                member("a", "electing", "", false, false),
                member("b", "leading", "9.b", false, false),
                member("c", "leading", "10.c", true, true)));

    assertThat(report.exitCode()).isZero();
    assertThat(report.toText()).startsWith("as c sees it");
    assertThat(report.toJson().getString("summary")).isEqualTo("as c sees it");
  }
}
