package org.radllama.eval.predict;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The most frequent of some texts. */
final class MostFrequent {
  private MostFrequent() {}

  /** The text that occurs most often, the first to appear on a tie, empty if there is none. */
  static String of(List<String> texts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    texts.forEach(text -> counts.merge(text, 1, Integer::sum));
    String best = "";
    int most = 0;
    for (Map.Entry<String, Integer> entry : counts.entrySet()) {
      if (entry.getValue() > most) {
        best = entry.getKey();
        most = entry.getValue();
      }
    }
    return best;
  }
}
