package org.radllama.train.export;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.train.tokenizer.ByteLevelFixture;

/**
 * Encodes text by what a GGUF file says about its tokenizer and by nothing else, in the plainest
 * way: what a program can do that has only the file.
 */
final class GgufTokenizer {
  private final Map<String, Object> metadata;
  private final List<String> tokens;
  private final Map<String, Integer> ids = new HashMap<>();

  GgufTokenizer(Map<String, Object> metadata) {
    this.metadata = metadata;
    this.tokens = list("tokens");
    for (int id = 0; id < tokens.size(); id++) {
      if (ids.put(tokens.get(id), id) != null) {
        throw new IllegalStateException(String.format(Locale.ROOT, "token %d occurs twice", id));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private <T> List<T> list(String key) {
    return (List<T>) metadata.get("tokenizer.ggml." + key);
  }

  int[] encode(String text) {
    List<Integer> out = new ArrayList<>();
    if (metadata.get("tokenizer.ggml.model").equals("llama")) {
      pieces(text, out);
    } else {
      for (String word : words(text)) {
        bytes(word, out);
      }
    }
    return out.stream().mapToInt(i -> i).toArray();
  }

  /** Joins the two neighbours whose joint token has the highest score, the leftmost first. */
  private void pieces(String text, List<Integer> out) {
    boolean blank = (Boolean) metadata.get("tokenizer.ggml.add_space_prefix");
    String escaped = ((blank && !text.isEmpty() ? " " : "") + text).replace(' ', '\u2581');
    List<String> symbols = new ArrayList<>();
    escaped.codePoints().forEach(c -> symbols.add(Character.toString(c)));
    List<Float> scores = list("scores");
    while (true) {
      int best = -1;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        Integer joint = ids.get(symbols.get(i) + symbols.get(i + 1));
        if (joint != null
            && (best < 0
                || scores.get(joint)
                    > scores.get(ids.get(symbols.get(best) + symbols.get(best + 1))))) {
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
    for (String symbol : symbols) {
      if (ids.containsKey(symbol)) {
        out.add(ids.get(symbol));
      } else {
        for (byte b : symbol.getBytes(StandardCharsets.UTF_8)) {
          out.add(ids.get(String.format(Locale.ROOT, "<0x%02X>", b & 0xff)));
        }
      }
    }
  }

  private List<String> words(String text) {
    String pre = (String) metadata.get("tokenizer.ggml.pre");
    return switch (pre) {
      case "llama-bpe" -> split(ByteLevelFixture.LLAMA3, text);
      case "qwen2" -> split(ByteLevelFixture.QWEN2, text);
      case "gpt-2" -> split(ByteLevelFixture.GPT2, text);
      case "smollm" -> {
        List<String> words = new ArrayList<>();
        for (String part : split(Pattern.compile("\\p{N}|\\P{N}+"), text)) {
          words.addAll(split(ByteLevelFixture.GPT2, part));
        }
        yield words;
      }
      default -> throw new IllegalStateException("pre is " + pre);
    };
  }

  private static List<String> split(Pattern pattern, String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private void bytes(String word, List<Integer> out) {
    String characters = ByteLevelFixture.characters(word);
    List<String> symbols = new ArrayList<>(List.of(characters.split("")));
    if (metadata.get("tokenizer.ggml.pre").equals("llama-bpe") && ids.containsKey(characters)) {
      symbols = List.of(characters);
    } else {
      for (String merge : this.<String>list("merges")) {
        ByteLevelFixture.join(symbols, merge.split(" "));
      }
    }
    symbols.forEach(s -> out.add(ids.get(s)));
  }
}
