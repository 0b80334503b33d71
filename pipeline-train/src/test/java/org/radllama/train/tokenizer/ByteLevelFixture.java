package org.radllama.train.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.run.Json;

/** Small byte-level tokenizers as Llama 3, Qwen 2, GPT-2 and SmolLM have them, from reports. */
public final class ByteLevelFixture {
  public static final Pattern LLAMA3 =
      Pattern.compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  public static final Pattern QWEN2 =
      Pattern.compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  public static final Pattern GPT2 =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

  private static final int MERGES = 150;

  private ByteLevelFixture() {}

  /** A byte as the character that stands for it in GPT-2's vocabularies. */
  public static char character(int b) {
    int before = 0;
    for (int other = 0; other < b; other++) {
      before += printable(other) ? 0 : 1;
    }
    return (char) (printable(b) ? b : 256 + before);
  }

  private static boolean printable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
  }

  public static String characters(String text) {
    StringBuilder out = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.append(character(b & 0xff));
    }
    return out.toString();
  }

  /** Writes a directory; {@code style} is llama3, qwen2, gpt2 or smollm. */
  public static Path write(Path dir, String style) throws IOException {
    List<String> vocabulary = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.add(String.valueOf(character(b)));
    }
    List<String> merges = learn(pattern(style).orElse(GPT2), vocabulary);
    // A word that no merges make: whole with ignore_merges, else never met.
    vocabulary.add(characters(" costophrenic"));
    ObjectNode root = Json.mapper().createObjectNode();
    root.put("version", "1.0");
    ArrayNode added = root.putArray("added_tokens");
    special(added, vocabulary.size(), "<|begin_of_text|>");
    special(added, vocabulary.size() + 1, "<|end_of_text|>");
    special(added, vocabulary.size() + 2, "<|image|>").put("special", false);
    if (style.equals("qwen2")) {
      root.putObject("normalizer").put("type", "NFC");
    } else {
      root.putNull("normalizer");
    }
    root.set("pre_tokenizer", preTokenizer(style));
    root.putNull("post_processor");
    ObjectNode decoder = root.putObject("decoder").put("type", "ByteLevel");
    decoder.put("add_prefix_space", true).put("trim_offsets", true).put("use_regex", true);
    ObjectNode model = root.putObject("model").put("type", "BPE");
    model.put("ignore_merges", style.equals("llama3"));
    ObjectNode ids = model.putObject("vocab");
    vocabulary.forEach(v -> ids.put(v, ids.size()));
    ArrayNode list = model.putArray("merges");
    merges.forEach(list::add);
    Files.createDirectories(dir);
    Files.writeString(dir.resolve("tokenizer.json"), Json.text(root));
    Files.writeString(
        dir.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<|begin_of_text|>\", \"eos_token\": \"<|end_of_text|>\"}");
    return dir;
  }

  private static ObjectNode special(ArrayNode added, int id, String content) {
    ObjectNode node = added.addObject().put("id", id).put("content", content);
    node.put("single_word", false).put("lstrip", false).put("rstrip", false);
    return node.put("normalized", false).put("special", true);
  }

  private static ObjectNode preTokenizer(String style) {
    ObjectNode node = Json.mapper().createObjectNode().put("type", "Sequence");
    ArrayNode steps = node.putArray("pretokenizers");
    pattern(style)
        .ifPresent(
            words -> {
              ObjectNode split = steps.addObject().put("type", "Split");
              split.putObject("pattern").put("Regex", words.pattern());
              split.put("behavior", "Isolated").put("invert", false);
            });
    if (style.equals("smollm")) {
      steps.addObject().put("type", "Digits").put("individual_digits", true);
    }
    ObjectNode bytes = steps.addObject().put("type", "ByteLevel");
    bytes.put("add_prefix_space", false).put("trim_offsets", true);
    bytes.put("use_regex", pattern(style).isEmpty());
    return node;
  }

  /** The words of a style that names them; the others take GPT-2's. */
  private static Optional<Pattern> pattern(String style) {
    return switch (style) {
      case "llama3" -> Optional.of(LLAMA3);
      case "qwen2" -> Optional.of(QWEN2);
      default -> Optional.empty();
    };
  }

  private static List<String> learn(Pattern words, List<String> vocabulary) {
    List<List<String>> texts = new ArrayList<>();
    ReportGenerator reports = new ReportGenerator(6);
    for (int i = 0; i < 100; i++) {
      Matcher word = words.matcher(reports.report(i).findings());
      while (word.find()) {
        texts.add(new ArrayList<>(List.of(characters(word.group()).split(""))));
      }
    }
    List<String> merges = new ArrayList<>();
    while (merges.size() < MERGES) {
      Map<String, Integer> pairs = new HashMap<>();
      for (List<String> text : texts) {
        for (int i = 1; i < text.size(); i++) {
          pairs.merge(text.get(i - 1) + " " + text.get(i), 1, Integer::sum);
        }
      }
      String best =
          pairs.entrySet().stream()
              .max(
                  Map.Entry.<String, Integer>comparingByValue()
                      .thenComparing(Map.Entry.comparingByKey()))
              .orElseThrow()
              .getKey();
      String[] pair = best.split(" ");
      merges.add(best);
      vocabulary.add(pair[0] + pair[1]);
      texts.forEach(t -> join(t, pair));
    }
    return merges;
  }

  /** Joins a pair wherever it stands, from left to right. */
  public static void join(List<String> symbols, String[] pair) {
    for (int i = 0; i + 1 < symbols.size(); i++) {
      if (symbols.get(i).equals(pair[0]) && symbols.get(i + 1).equals(pair[1])) {
        symbols.set(i, symbols.get(i) + symbols.remove(i + 1));
      }
    }
  }
}
