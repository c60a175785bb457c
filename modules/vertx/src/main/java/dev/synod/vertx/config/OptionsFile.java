package dev.synod.vertx.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object in a file. */
public final class OptionsFile {
  // Stricter than Vert.x' own reader, which takes the last of two fields of one name, and ignores
  // what follows the object.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private OptionsFile() {}

  /**
   * Reads it. Blocks.
   *
   * @throws ConfigurationException naming the file, and the place in it, if that cannot be
   */
  public static JsonObject read(Path file) {
    try {
      @Nullable Map<String, Object> fields =
          MAPPER.readValue(
              Files.readString(file), new TypeReference<@Nullable Map<String, Object>>() {});
      if (fields == null) {
        throw refused(file, "expected a JSON object, got null");
      }
      return new JsonObject(fields);
    } catch (NoSuchFileException e) {
      throw refused(file, "there is no such file");
    } catch (JsonProcessingException e) {
      throw refused(
          file,
          "line %d, column %d: expected a JSON object: %s"
              .formatted(
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getLocation() == null ? 1 : e.getLocation().getColumnNr(),
                  e.getOriginalMessage()));
    } catch (IOException e) {
      throw refused(file, "cannot be read: " + e);
    }
  }

  private static ConfigurationException refused(Path file, String why) {
    return new ConfigurationException(List.of(why)).in(file);
  }
}
