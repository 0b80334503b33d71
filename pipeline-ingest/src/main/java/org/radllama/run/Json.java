package org.radllama.run;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.text.Resources;

/** JSON files with the same bytes for the same content: two spaces, LF, a final newline. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The shared mapper; do not reconfigure it. */
  public static ObjectMapper mapper() {
    return MAPPER;
  }

  /** The canonical text of a node. */
  public static String text(JsonNode node) {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(indenter);
    printer.indentArraysWith(indenter);
    try {
      return MAPPER.writer(printer).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes could not be written", e);
    }
  }

  /** Writes a file, replacing what is there. */
  public static void write(FileSystem fs, Path path, JsonNode node) throws IOException {
    TextFiles.write(fs, path, text(node));
  }

  /** Reads a file of one JSON value. */
  public static JsonNode read(FileSystem fs, Path path) throws IOException {
    try (InputStream in = fs.open(path)) {
      return parse(in.readAllBytes());
    }
  }

  /**
   * One JSON value. By its first bytes a damaged file may look like UTF-32, whose reader complains
   * as a file system does that cannot be read.
   *
   * @throws JsonProcessingException whenever it is none
   */
  public static JsonNode parse(byte[] json) throws JsonProcessingException {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw e;
    } catch (IOException e) {
      throw new JsonParseException(null, "no JSON", e);
    }
  }

  /** What a JSON file says that is shipped beside a class. */
  public static <T> T shipped(Class<?> beside, String name, Class<T> type) {
    try {
      return MAPPER.readValue(Resources.text(beside, name), type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(name + " is damaged", e);
    }
  }
}
