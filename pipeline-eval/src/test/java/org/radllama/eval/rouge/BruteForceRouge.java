package org.radllama.eval.rouge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** ROUGE by its definition, with tables and maps, sharing only the stemmer with what it checks. */
final class BruteForceRouge {
  private BruteForceRouge() {}

  static RougeScore score(String type, String target, String prediction, boolean stemming) {
    if (type.equals("rougeL")) {
      List<String> t = tokens(target, stemming);
      List<String> p = tokens(prediction, stemming);
      return t.isEmpty() || p.isEmpty()
          ? new RougeScore(0, 0, 0)
          : of(table(t, p)[t.size()][p.size()], p.size(), t.size());
    }
    return type.equals("rougeLsum")
        ? lines(target, prediction, stemming)
        : ngrams(type.charAt(5) - '0', tokens(target, stemming), tokens(prediction, stemming));
  }

  private static List<String> tokens(String text, boolean stemming) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(t -> !t.isEmpty())
        .map(t -> stemming && t.length() > 3 ? PorterStemmer.stem(t) : t)
        .toList();
  }

  private static RougeScore ngrams(int n, List<String> target, List<String> prediction) {
    Map<List<String>, Integer> t = counts(n, target);
    Map<List<String>, Integer> p = counts(n, prediction);
    int hits = 0;
    for (Map.Entry<List<String>, Integer> gram : t.entrySet()) {
      hits += Math.min(gram.getValue(), p.getOrDefault(gram.getKey(), 0));
    }
    return of(
        hits,
        p.values().stream().mapToInt(Integer::intValue).sum(),
        t.values().stream().mapToInt(Integer::intValue).sum());
  }

  private static Map<List<String>, Integer> counts(int n, List<String> tokens) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int i = 0; i + n <= tokens.size(); i++) {
      counts.merge(List.copyOf(tokens.subList(i, i + n)), 1, Integer::sum);
    }
    return counts;
  }

  private static RougeScore lines(String target, String prediction, boolean stemming) {
    List<List<String>> t = lines(target, stemming);
    List<List<String>> p = lines(prediction, stemming);
    int m = t.stream().mapToInt(List::size).sum();
    int n = p.stream().mapToInt(List::size).sum();
    if (m == 0 || n == 0) {
      return new RougeScore(0, 0, 0);
    }
    Map<String, Integer> left = new HashMap<>();
    p.forEach(line -> line.forEach(token -> left.merge(token, 1, Integer::sum)));
    int hits = 0;
    for (List<String> line : t) {
      TreeSet<Integer> union = new TreeSet<>();
      p.forEach(other -> union.addAll(positions(line, other)));
      for (int at : union) {
        if (left.getOrDefault(line.get(at), 0) > 0) {
          left.merge(line.get(at), -1, Integer::sum);
          hits++;
        }
      }
    }
    return of(hits, n, m);
  }

  private static List<List<String>> lines(String text, boolean stemming) {
    return Arrays.stream(text.split("\n"))
        .filter(l -> !l.isEmpty())
        .map(l -> tokens(l, stemming))
        .toList();
  }

  private static List<Integer> positions(List<String> target, List<String> prediction) {
    int[][] table = table(target, prediction);
    List<Integer> positions = new ArrayList<>();
    int i = target.size();
    int j = prediction.size();
    while (i > 0 && j > 0) {
      if (target.get(i - 1).equals(prediction.get(j - 1))) {
        positions.add(--i);
        j--;
      } else if (table[i][j - 1] > table[i - 1][j]) {
        j--;
      } else {
        i--;
      }
    }
    return positions;
  }

  private static int[][] table(List<String> a, List<String> b) {
    int[][] table = new int[a.size() + 1][b.size() + 1];
    for (int i = 1; i <= a.size(); i++) {
      for (int j = 1; j <= b.size(); j++) {
        table[i][j] =
            a.get(i - 1).equals(b.get(j - 1))
                ? table[i - 1][j - 1] + 1
                : Math.max(table[i - 1][j], table[i][j - 1]);
      }
    }
    return table;
  }

  private static RougeScore of(int hits, int predicted, int target) {
    double p = (double) hits / Math.max(predicted, 1);
    double r = (double) hits / Math.max(target, 1);
    return new RougeScore(p, r, p + r > 0 ? 2 * p * r / (p + r) : 0);
  }
}
