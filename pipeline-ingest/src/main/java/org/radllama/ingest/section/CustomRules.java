package org.radllama.ingest.section;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.text.Whitespace;

/**
 * The 54 studies for which the official scripts name the conclusion by hand: 23 by a section's
 * name, 31 by indices. They have no row in the sectioned file.
 */
final class CustomRules {
  private static final Map<String, String> NAMES = names();
  private static final Map<String, Range> RANGES = ranges();

  private CustomRules() {}

  private record Range(int from, int to) {}

  /** Whether a study has a rule. */
  static boolean has(String study) {
    return NAMES.containsKey(study) || RANGES.containsKey(study);
  }

  /** Whether its rule is a range, which is not stripped and needs no sections. */
  static Optional<String> range(String study, String text) {
    Range range = RANGES.get(study);
    if (range == null) {
      return Optional.empty();
    }
    int points = text.codePointCount(0, text.length());
    int from = text.offsetByCodePoints(0, Math.min(range.from(), points));
    int to = text.offsetByCodePoints(0, Math.min(range.to(), points));
    return Optional.of(text.substring(from, to));
  }

  /** The last section of the name in its rule, stripped; empty if the study has none such. */
  static Optional<String> named(String study, List<Section> sections) {
    String name = NAMES.get(study);
    return sections.stream()
        .filter(section -> section.name().equals(name))
        .reduce((first, second) -> second)
        .map(section -> Whitespace.strip(section.text()));
  }

  static int size() {
    return NAMES.size() + RANGES.size();
  }

  private static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    for (String study :
        List.of(
            "s50913680",
            "s59768032",
            "s59067458",
            "s59087630",
            "s58157373",
            "s56482935",
            "s58375018")) {
      names.put(study, "recommendations");
    }
    for (String study : List.of("s59363654", "s53356173", "s50743547", "s59215320", "s55157853")) {
      names.put(study, "examination");
    }
    for (String study : List.of("s59279892", "s53202765", "s50808053")) {
      names.put(study, "technique");
    }
    for (String study :
        List.of("s57936451", "s50058765", "s51966317", "s55124749", "s54365831", "s54654948")) {
      names.put(study, "indication");
    }
    for (String study : List.of("s56451190")) {
      names.put(study, "note");
    }
    for (String study : List.of("s51491012")) {
      names.put(study, "history");
    }
    return Map.copyOf(names);
  }

  private static Map<String, Range> ranges() {
    Map<String, Range> ranges = new HashMap<>();
    ranges.put("s50525523", new Range(201, 349));
    ranges.put("s57564132", new Range(233, 554));
    ranges.put("s59982525", new Range(313, 717));
    ranges.put("s53488209", new Range(149, 475));
    ranges.put("s54875119", new Range(234, 988));
    ranges.put("s50196495", new Range(59, 399));
    ranges.put("s56579911", new Range(59, 218));
    ranges.put("s52648681", new Range(292, 631));
    ranges.put("s59889364", new Range(172, 453));
    ranges.put("s53514462", new Range(73, 377));
    ranges.put("s59505494", new Range(59, 450));
    ranges.put("s53182247", new Range(59, 412));
    ranges.put("s51410602", new Range(47, 320));
    ranges.put("s56412866", new Range(522, 822));
    ranges.put("s54986978", new Range(59, 306));
    ranges.put("s59003148", new Range(262, 505));
    ranges.put("s57150433", new Range(61, 394));
    ranges.put("s56760320", new Range(219, 457));
    ranges.put("s59562049", new Range(158, 348));
    ranges.put("s52674888", new Range(145, 296));
    ranges.put("s55258338", new Range(192, 568));
    ranges.put("s59330497", new Range(140, 655));
    ranges.put("s52119491", new Range(179, 454));
    ranges.put("s58235663", new Range(0, 0));
    ranges.put("s50798377", new Range(0, 0));
    ranges.put("s54168089", new Range(0, 0));
    ranges.put("s53071062", new Range(0, 0));
    ranges.put("s56724958", new Range(0, 0));
    ranges.put("s54231141", new Range(0, 0));
    ranges.put("s53607029", new Range(0, 0));
    ranges.put("s52035334", new Range(0, 0));
    return Map.copyOf(ranges);
  }
}
