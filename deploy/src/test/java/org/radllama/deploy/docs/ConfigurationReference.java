package org.radllama.deploy.docs;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * {@code docs/configuration.md}, made from the commented reference files in {@code conf/}: every
 * key, its default and its comment, in the files' own order.
 */
final class ConfigurationReference {
  private final StringBuilder page = new StringBuilder();

  private ConfigurationReference() {}

  /** The page on some files, in this order. */
  static String of(List<Path> files) {
    ConfigurationReference reference = new ConfigurationReference();
    reference.introduce();
    files.forEach(reference::file);
    return reference.page.toString();
  }

  private void introduce() {
    page.append("# Configuration\n\n")
        .append("Every setting of every job with its default, made from the commented files in ")
        .append("[`conf/`](../conf) by `ConfigurationReferenceTest`. ")
        .append("`--set key=value` sets one, `--config FILE` several; ")
        .append("unknown keys are refused with exit 2. ")
        .append("The effective configuration stands in each run's `manifest.json`.\n");
  }

  private void file(Path file) {
    String name = String.valueOf(file.getFileName()).replace(".conf", "");
    page.append("\n## ").append(name).append("\n\n");
    page.append("Default file: [`conf/%s.conf`](../conf/%s.conf).\n".formatted(name, name));
    page.append("\n| Key | Default | Meaning |\n| --- | --- | --- |\n");
    Config config = ConfigFactory.parseFile(file.toFile());
    rows(config.root(), "");
  }

  private void rows(ConfigObject object, String prefix) {
    Comparator<Map.Entry<String, ConfigValue>> byLine =
        Comparator.comparingInt(entry -> firstLine(entry.getValue()));
    List<Map.Entry<String, ConfigValue>> entries =
        object.entrySet().stream().sorted(byLine).toList();
    for (Map.Entry<String, ConfigValue> entry : entries) {
      String key = prefix + entry.getKey();
      String comment = comment(entry.getValue());
      if (entry.getValue() instanceof ConfigObject child && !child.isEmpty()) {
        if (!comment.isEmpty()) {
          page.append("| **%s** | | %s |\n".formatted(key, comment));
        }
        rows(child, key + ".");
      } else {
        page.append("| `%s` | `%s` | %s |\n".formatted(key, shown(entry.getValue()), comment));
      }
    }
  }

  private static int firstLine(ConfigValue value) {
    return value instanceof ConfigObject object && !object.isEmpty()
        ? object.values().stream().mapToInt(ConfigurationReference::firstLine).min().orElse(0)
        : value.origin().lineNumber();
  }

  private static String comment(ConfigValue value) {
    return value.origin().comments().stream()
        .map(line -> line.replace("|", "\\|").replace("<", "&lt;"))
        .map(line -> line.startsWith("   ") ? "<br>" + line.strip() : line.strip())
        .collect(Collectors.joining(" "));
  }

  private static String shown(ConfigValue value) {
    return value.render(ConfigRenderOptions.concise()).replace("|", "\\|");
  }
}
