package dev.synod.web.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.synod.fuzzing.Seeds;
import dev.synod.vertx.config.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of users is one, or says what is wrong with it; and gives nobody more than it says. */
class UsersFuzzTest {
  static Stream<byte[]> files() {
    return Seeds.texts(
        "{\"users\":{\"ann\":{\"password\":\"$pbkdf2$it=210000$AAAA$AAAA\",\"grants\":{\"a*\":\"write\"}}}}",
        "{\"users\":{\"ops\":{\"grants\":{\"*\":\"admin\",\"x\":null}}},\"revoked\":[\"bob\",7]}");
  }

  @MethodSource("files")
  @FuzzTest
  void aFileIsReadOrSaysWhatIsWrong(byte[] bytes) {
    JsonObject json;
    try {
      json = new JsonObject(Buffer.buffer(bytes));
    } catch (DecodeException | ClassCastException noObject) {
      return; // what is no object at all is refused by the reader of files
    }
    try {
      Users users = Users.of(json);
      users.users().values().forEach(user -> user.grants().allow(Permission.READ, "a map"));
    } catch (ConfigurationException wrong) {
      assertThat(wrong.problems()).isNotEmpty().allSatisfy(line -> assertThat(line).contains(": "));
    }
  }

  @Test
  void noRightIsNoRightAtAll() {
    JsonObject grants = new JsonObject().putNull("*");
    assertThatThrownBy(() -> Grants.read(grants))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("*: expected one of READ, WRITE, ADMIN, got null");
  }
}
