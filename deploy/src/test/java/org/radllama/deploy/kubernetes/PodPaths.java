package org.radllama.deploy.kubernetes;

import java.util.Comparator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a pod's paths lie on this machine. A container sees its volumes under their mount paths; a
 * process started here does not, so its arguments and environment are told the real ones.
 */
final class PodPaths {
  private final Map<String, String> real;
  private final Pattern paths;

  /** From paths in the pod, absolute, to those here. The longest that fits counts. */
  PodPaths(Map<String, String> real) {
    this.real = Map.copyOf(real);
    String any =
        real.keySet().stream()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    // A path begins where no name, point or dash stands before it, and ends at a name's end.
    paths = Pattern.compile("(?<![\\w.-])(" + any + ")(?![\\w.-])");
  }

  /** The text with every path of the pod replaced, each once. */
  String here(String text) {
    return paths
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(real.get(match.group(1))));
  }
}
