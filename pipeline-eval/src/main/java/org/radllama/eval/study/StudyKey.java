package org.radllama.eval.study;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.Json;

/**
 * The sealed key of a study: which system and report lie behind each blinded item. Its digest,
 * which forms and answers carry, says that they belong to it.
 *
 * @param secret what ids are hashed under, 64 hexadecimal digits
 * @param systems what is judged, sorted
 * @param reports the sample, in order of ids
 * @param readers who judges
 */
public record StudyKey(
    String secret, List<String> systems, List<Report> reports, List<Reader> readers) {
  static final String FORMAT = "radllama-study-key";
  static final int VERSION = 1;

  public StudyKey {
    systems = List.copyOf(systems);
    reports = List.copyOf(reports);
    readers = List.copyOf(readers);
  }

  /**
   * A report of the sample.
   *
   * @param id in the dataset
   * @param source the corpus it comes from
   * @param label {@code normal}, {@code abnormal} or {@code unknown}
   * @param stratum what it was drawn from, such as {@code openi/normal/words_0_8}
   */
  public record Report(String id, String source, String label, String stratum) {}

  /**
   * One form.
   *
   * @param name the reader's
   * @param blocks in the order shown
   */
  public record Reader(String name, List<Block> blocks) {
    public Reader {
      blocks = List.copyOf(blocks);
    }
  }

  /**
   * A report as one reader sees it at one time.
   *
   * @param id blinded
   * @param report the report's id
   * @param showing 1, or 2 when it is shown again
   * @param items in the order shown
   */
  public record Block(String id, String report, int showing, List<Item> items) {
    public Block {
      items = List.copyOf(items);
    }
  }

  /**
   * An impression as one reader sees it at one time.
   *
   * @param id blinded
   * @param system who wrote it
   */
  public record Item(String id, String system) {}

  /** SHA-256 over all of it. */
  public String digest() {
    return Digests.sha256(Json.text(content()));
  }

  /** How many items there are on all forms. */
  public int items() {
    return readers.stream().flatMap(r -> r.blocks().stream()).mapToInt(b -> b.items().size()).sum();
  }

  /** As it is written. */
  public ObjectNode toJson() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("format", FORMAT).put("version", VERSION).put("study", digest());
    node.setAll(content());
    return node;
  }

  private ObjectNode content() {
    return Json.mapper().valueToTree(this);
  }

  /**
   * Reads one.
   *
   * @param file how it was named
   * @throws BadInputException when it is not a key, or was changed
   */
  public static StudyKey of(JsonNode node, String file) {
    if (!FORMAT.equals(node.path("format").asText()) || node.path("version").asInt() != VERSION) {
      throw new BadInputException(
          format(
              "--key %s is not the key.json of a study that this version can read (format %s, version %d)",
              file, FORMAT, VERSION));
    }
    StudyKey key;
    try {
      ObjectNode content =
          ((ObjectNode) node.deepCopy()).without(List.of("format", "version", "study"));
      key = Json.mapper().treeToValue(content, StudyKey.class);
    } catch (com.fasterxml.jackson.core.JsonProcessingException | NullPointerException e) {
      throw damaged(file);
    }
    if (!key.digest().equals(node.path("study").asText()) || !key.isSound()) {
      throw damaged(file);
    }
    return key;
  }

  private static BadInputException damaged(String file) {
    return new BadInputException(
        "--key %s was changed after it was written: its content does not match its digest (study)"
            .formatted(file));
  }

  private boolean isSound() {
    Set<String> sample = reports.stream().map(Report::id).collect(Collectors.toSet());
    List<Block> blocks = readers.stream().flatMap(r -> r.blocks().stream()).toList();
    List<Item> items = blocks.stream().flatMap(b -> b.items().stream()).toList();
    List<String> ids =
        Stream.concat(blocks.stream().map(Block::id), items.stream().map(Item::id)).toList();
    return blocks.stream().allMatch(b -> sample.contains(b.report()))
        && items.stream().allMatch(i -> systems.contains(i.system()))
        && new HashSet<>(ids).size() == ids.size();
  }

  @Override
  public String toString() {
    return format(
        "StudyKey[%d systems, %d reports, %d readers]",
        systems.size(), reports.size(), readers.size());
  }
}
