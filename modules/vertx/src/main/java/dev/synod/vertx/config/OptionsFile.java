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
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a configuration file that holds one JSON object. */
public final class OptionsFile {
  // The JSON reader of Vert.x accepts duplicate fields and ignores trailing input; this reader
  // refuses both.
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private OptionsFile() {}

  /**
   * Reads the file. Blocks the calling thread.
   *
   * @throws ConfigurationException if the file cannot be read or is not a JSON object; the problem
   *     names the file, line and column
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
          String.format(
              Locale.ROOT,
              "line %d, column %d: expected a JSON object: %s",
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
