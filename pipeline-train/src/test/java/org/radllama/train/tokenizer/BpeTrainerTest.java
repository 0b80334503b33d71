package org.radllama.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.radllama.failure.BadSettingException;

class BpeTrainerTest {

  /** Counts every pair anew before every step, words as lists of strings. */
  private static BpeVocabulary naive(Map<String, Long> words, int size, long minCount) {
    Map<String, Long> letters = new TreeMap<>();
    words.forEach((w, n) -> w.chars().forEach(c -> letters.merge("" + (char) c, n, Long::sum)));
    List<String> pieces = new ArrayList<>(letters.keySet());
    pieces.removeIf(c -> letters.get(c) < minCount);
    pieces.sort(Comparator.comparing((String c) -> -letters.get(c)).thenComparing(c -> c));
    int alphabet = pieces.size();
    Map<List<String>, Long> split = new LinkedHashMap<>();
    words.forEach(
        (w, n) -> {
          List<String> now = new ArrayList<>();
          for (String c : (w + "\0").split("")) {
            if (pieces.contains(c)) {
              now.add(c);
            } else {
              split.merge(now, n, Long::sum);
              now = new ArrayList<>();
            }
          }
        });
    List<BpeVocabulary.Merge> merges = new ArrayList<>();
    while (pieces.size() + BpeVocabulary.RESERVED < size) {
      Map<BpeVocabulary.Merge, Long> counts = new HashMap<>();
      split.forEach(
          (w, n) -> {
            for (int i = 0; i + 1 < w.size(); i++) {
              counts.merge(new BpeVocabulary.Merge(w.get(i), w.get(i + 1)), n, Long::sum);
            }
          });
      counts.values().removeIf(n -> n < minCount);
      if (counts.isEmpty()) {
        break;
      }
      BpeVocabulary.Merge best =
          counts.keySet().stream()
              .min(
                  Comparator.comparing((BpeVocabulary.Merge m) -> -counts.get(m))
                      .thenComparing(m -> pieces.indexOf(m.left()))
                      .thenComparing(m -> pieces.indexOf(m.right())))
              .orElseThrow();
      if (!merges.contains(best)) {
        merges.add(best);
      }
      if (!pieces.contains(best.left() + best.right())) {
        pieces.add(best.left() + best.right());
      }
      Map<List<String>, Long> next = new LinkedHashMap<>();
      split.forEach((w, n) -> next.merge(join(w, best), n, Long::sum));
      split.clear();
      split.putAll(next);
    }
    List<String> ordered = new ArrayList<>(pieces.subList(alphabet, pieces.size()));
    ordered.addAll(pieces.subList(0, alphabet));
    return new BpeVocabulary(merges, ordered);
  }

  private static List<String> join(List<String> word, BpeVocabulary.Merge merge) {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      if (i + 1 < word.size()
          && word.get(i).equals(merge.left())
          && word.get(i + 1).equals(merge.right())) {
        joined.add(merge.left() + merge.right());
        i++;
      } else {
        joined.add(word.get(i));
      }
    }
    return joined;
  }

  @Test
  void isWhatCountingAnewEachTimeGives() {
    Random random = new Random(11);
    for (int round = 0; round < 400; round++) {
      Map<String, Long> words = new LinkedHashMap<>();
      int letters = 1 + random.nextInt(6);
      for (int i = random.nextInt(25); i >= 0; i--) {
        StringBuilder word = new StringBuilder(random.nextBoolean() ? "\u2581" : "");
        for (int n = 1 + random.nextInt(12); n > 0; n--) {
          word.append((char) ('a' + random.nextInt(letters)));
        }
        words.put(word.toString(), random.nextLong(1, 5));
      }
      int size = BpeVocabulary.RESERVED + 8 + random.nextInt(60);
      long minCount = random.nextLong(1, 4);
      BpeVocabulary expected = naive(words, size, minCount);
      assertThat(BpeTrainer.train(words, size, minCount)).isEqualTo(expected);
      Map<String, Long> reversed = new TreeMap<>(Comparator.<String>naturalOrder().reversed());
      reversed.putAll(words);
      assertThat(BpeTrainer.train(reversed, size, minCount)).isEqualTo(expected);
    }
  }

  @Test
  void refusesAVocabularyThatCannotHoldTheAlphabet() {
    assertThatThrownBy(() -> BpeTrainer.train(Map.of("abc", 2L), 261, 2))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("vocab-size is 261, must be at least 262");
  }

  @Test
  void unitsCarryTheirBlankAndNeverCrossDigitsMarksOrLines() {
    List<String> units = new ArrayList<>();
    WordSplitter.split("No  12mm (x).\nFür\t心 ___-year 👍", units::add);
    assertThat(units)
        .containsExactly(
            "▁No", "▁", "▁", "1", "2", "mm", "▁(", "x", ").", "Für", "心", "▁___-", "year", "▁👍");
  }
}
