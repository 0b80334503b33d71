package org.radllama.eval;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.radllama.run.SettingReader;

/** Names of systems and readers, as flags and settings give them: they become file names. */
final class SystemNames {
  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  private SystemNames() {}

  /** The paths of {@code NAME=PATH} by name, sorted; none is given twice. */
  static Map<String, String> paths(SettingReader r, String flag, List<String> given) {
    Map<String, String> paths = new TreeMap<>();
    for (Map.Entry<String, String> pair : pairs(r, flag, given)) {
      r.require(
          paths.put(pair.getKey(), pair.getValue()) == null,
          "%s: two are named %s",
          flag,
          pair.getKey());
    }
    return paths;
  }

  /** Pairs {@code NAME=PATH} in the order given. */
  static List<Map.Entry<String, String>> pairs(SettingReader r, String flag, List<String> given) {
    return given.stream()
        .filter(
            pair -> {
              boolean isPair = pair.matches(NAME + "=(?s:.+)");
              r.require(
                  isPair,
                  "%s must be NAME=PATH, NAME of letters, digits and . _ -, not %s",
                  flag,
                  pair);
              return isPair;
            })
        .map(pair -> pair.split("=", 2))
        .map(pair -> Map.entry(pair[0], pair[1]))
        .toList();
  }

  /** Names, none of them twice. */
  static List<String> distinct(SettingReader r, String what, List<String> names) {
    names.forEach(name -> require(r, what, name));
    r.require(new HashSet<>(names).size() == names.size(), "%s names one twice: %s", what, names);
    return names;
  }

  /** Requires one name. */
  static void require(SettingReader r, String what, String name) {
    r.require(
        name.matches(NAME), "%s: a name must be letters, digits and . _ -, not %s", what, name);
  }
}
