package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.text.Resources;

/**
 * A job's effective configuration: its commented reference {@code conf/JOB.conf}, overlaid by the
 * user's file, by {@code --set} and by flags, in this order. The reference names every key there
 * is; keys it does not have and values of another type are refused, all at once. An empty object in
 * the reference takes any keys.
 *
 * <p>All of it is data: a value may refer to another setting, but nothing is included, and nothing
 * comes from the environment or from system properties.
 */
public final class Settings {
  private static final List<String> SECRET_WORDS =
      List.of("password", "secret", "token-value", "credential", "access-key", "private-key");

  private static final String STALE_AFTER = "run.stale-after";

  private static final ConfigParseOptions DATA =
      ConfigParseOptions.defaults().setIncluder(new NoIncludes());
  private static final ConfigResolveOptions WITHIN = ConfigResolveOptions.noSystem();

  private final Config config;
  private final Config reference;
  private final List<String> problems;

  private Settings(Config config, Config reference, Collection<String> problems) {
    this.config = config;
    this.reference = reference;
    this.problems = List.copyOf(problems);
  }

  /**
   * Loads and checks. What is wrong with single settings is reported with what a {@link
   * SettingReader} finds, or else when they are first asked for.
   *
   * @param job names the reference, {@code ingest}, {@code train} or {@code eval}
   * @param file the user's HOCON file, a Hadoop path or {@code shipped:NAME}
   * @param sets {@code key=value} pairs
   * @param flags values by configuration path; they win
   * @throws JobFailure with exit 2 for what cannot be read at all
   */
  public static Settings load(
      String job, Optional<String> file, List<String> sets, Map<String, Object> flags) {
    try {
      Config reference = reference(job);
      Config user = file.map(f -> read(new Configuration(), f)).orElse(ConfigFactory.empty());
      for (String pair : sets) {
        user = set(pair).withFallback(user);
      }
      for (Map.Entry<String, Object> flag : flags.entrySet()) {
        user = user.withValue(flag.getKey(), ConfigValueFactory.fromAnyRef(flag.getValue()));
      }
      Config all = user.withFallback(reference);
      Map<String, String> problems = new LinkedHashMap<>();
      check("", user.resolveWith(all, WITHIN).root(), reference.root(), problems);
      Config sound = PublishedRuns.located(all.resolve(WITHIN));
      if (reference.hasPath(STALE_AFTER)) {
        checkStaleAfter(sound, problems);
      }
      for (String path : problems.keySet()) {
        sound = sound.withoutPath(path);
      }
      return new Settings(sound.withFallback(reference), reference, problems.values());
    } catch (ConfigException e) {
      throw new JobFailure(ExitCode.USAGE, "configuration: " + e.getMessage(), e);
    }
  }

  /**
   * The resolved configuration.
   *
   * @throws JobFailure with exit 2, naming every bad setting
   */
  public Config config() {
    failOn(problems);
    return config;
  }

  /**
   * The same where bad settings are as in the reference, for what is read before they are reported.
   */
  public Config sound() {
    return config;
  }

  /** What is wrong with single settings. */
  List<String> problems() {
    return problems;
  }

  /** Ends a job that has problems with its settings. */
  static void failOn(Collection<String> problems) {
    if (!problems.isEmpty()) {
      throw JobFailure.usage("configuration: " + String.join("; ", problems));
    }
  }

  /**
   * Another run's lease that nobody touched for this long is taken over.
   *
   * @throws JobFailure exit 2 where that is no time at all
   */
  Duration staleAfter() {
    Duration stale = config().getDuration(STALE_AFTER);
    if (stale.isNegative() || stale.isZero()) {
      throw JobFailure.usage(
          "%s is %s, must be longer than 0"
              .formatted(STALE_AFTER, config().getValue(STALE_AFTER).unwrapped()));
    }
    return stale;
  }

  /** What it would be if nobody had set anything. */
  public Config reference() {
    return reference;
  }

  /** The whole of it with sorted keys, values of secret-looking keys replaced. */
  public JsonNode toJson() {
    return json("", config().root());
  }

  private static Config reference(String job) {
    String text = Resources.text(Settings.class, "/org/radllama/conf/" + job + ".conf");
    return ConfigFactory.parseReader(new StringReader(text), DATA).resolve(WITHIN);
  }

  private static Config read(Configuration hadoop, String file) {
    Path path = new Path(found(file));
    try (InputStream in = path.getFileSystem(hadoop).open(path);
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return ConfigFactory.parseReader(reader, DATA);
    } catch (IOException e) {
      throw new JobFailure(ExitCode.USAGE, "--config: cannot read " + file, e);
    }
  }

  private static String found(String file) {
    if (!ShippedFiles.names(file)) {
      return file;
    }
    return ShippedFiles.find(file)
        .orElseThrow(
            () -> JobFailure.usage("--config: %s was not shipped to this machine".formatted(file)));
  }

  private static Config set(String pair) {
    int at = pair.indexOf('=');
    if (at < 1) {
      // Not quoted: it may be a secret behind a blank.
      throw JobFailure.usage("--set must be KEY=VALUE; one given has no =");
    }
    String key = pair.substring(0, at).strip();
    String value = pair.substring(at + 1).strip();
    try {
      return ConfigFactory.parseString(key + " = " + value, DATA);
    } catch (ConfigException e) {
      return ConfigFactory.empty().withValue(key, ConfigValueFactory.fromAnyRef(value));
    }
  }

  private static void check(
      String at, ConfigObject given, ConfigObject reference, Map<String, String> problems) {
    for (String key : new TreeSet<>(given.keySet())) {
      String path = at.isEmpty() ? ConfigUtil.joinPath(key) : at + "." + ConfigUtil.joinPath(key);
      ConfigValue value = given.get(key);
      ConfigValue expected = reference.get(key);
      if (expected == null) {
        problems.put(
            path,
            path + " is not a setting (known here: " + new TreeSet<>(reference.keySet()) + ")");
      } else if (value instanceof ConfigObject object && expected instanceof ConfigObject known) {
        if (!known.isEmpty()) {
          check(path, object, known, problems);
        }
      } else if (!compatible(value, expected.valueType())) {
        problems.put(
            path,
            "%s must be %s, not %s"
                .formatted(path, word(expected.valueType()), word(value.valueType())));
      }
    }
  }

  private static void checkStaleAfter(Config all, Map<String, String> problems) {
    try {
      all.getDuration(STALE_AFTER);
    } catch (ConfigException e) {
      problems.putIfAbsent(STALE_AFTER, STALE_AFTER + " must be a time like 2 minutes or 30 s");
    }
  }

  private static boolean compatible(ConfigValue value, ConfigValueType expected) {
    ConfigValueType type = value.valueType();
    if (type == expected || expected == ConfigValueType.NULL) {
      return true;
    }
    return switch (expected) {
      case STRING -> type == ConfigValueType.NUMBER || type == ConfigValueType.BOOLEAN;
      case NUMBER -> type == ConfigValueType.STRING && isNumber(value.unwrapped().toString());
      case BOOLEAN ->
          type == ConfigValueType.STRING
              && List.of("true", "false", "yes", "no", "on", "off").contains(value.unwrapped());
      // Words for a whole list; which lists have them their readers know.
      case LIST ->
          type == ConfigValueType.BOOLEAN
              || List.of("all", "none").contains(value.unwrapped().toString());
      default -> false;
    };
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String word(ConfigValueType type) {
    return "a " + type.name().toLowerCase(Locale.ROOT);
  }

  private static JsonNode json(String key, ConfigValue value) {
    JsonNodeFactory nodes = JsonNodeFactory.instance;
    if (value instanceof ConfigObject object) {
      ObjectNode node = nodes.objectNode();
      for (String child : new TreeSet<>(object.keySet())) {
        node.set(child, json(child, object.get(child)));
      }
      return node;
    }
    if (value instanceof ConfigList list) {
      ArrayNode node = nodes.arrayNode();
      list.forEach(item -> node.add(json(key, item)));
      return node;
    }
    if (SECRET_WORDS.stream().anyMatch(key.toLowerCase(Locale.ROOT)::contains)) {
      return nodes.textNode("(redacted)");
    }
    return Json.mapper().valueToTree(value.unwrapped());
  }
}
