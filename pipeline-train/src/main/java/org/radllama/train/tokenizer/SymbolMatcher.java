package org.radllama.train.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds user-defined symbols, which normalisation and merging leave whole. */
final class SymbolMatcher {
  private final Map<Character, List<String>> byFirst = new HashMap<>();

  SymbolMatcher(List<String> symbols) {
    symbols.forEach(s -> byFirst.computeIfAbsent(s.charAt(0), c -> new ArrayList<>()).add(s));
    byFirst.values().forEach(l -> l.sort(Comparator.comparingInt(String::length).reversed()));
  }

  /** Chars of the longest symbol that begins at a place, or 0. */
  int longest(String text, int at) {
    if (byFirst.isEmpty()) {
      return 0;
    }
    for (String symbol : byFirst.getOrDefault(text.charAt(at), List.of())) {
      if (text.startsWith(symbol, at)) {
        return symbol.length();
      }
    }
    return 0;
  }
}
