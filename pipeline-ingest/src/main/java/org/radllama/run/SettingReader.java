package org.radllama.run;

import static org.radllama.text.Format.format;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a job's settings and collects all that is wrong with them, so that one run of the job
 * reports everything at once. A bad value is replaced by some value of its type; {@link #report}
 * must be called before any is used.
 */
public final class SettingReader {
  private final Config config;
  private final String prefix;
  private final Set<String> problems;

  /** A reader of the whole configuration, which also reports keys and types that are wrong. */
  public SettingReader(Settings settings) {
    this(settings.sound(), "", new LinkedHashSet<>(settings.problems()));
  }

  /** A reader of a configuration that is not a job's, for tests and tools. */
  public SettingReader(Config config) {
    this(config, "", new LinkedHashSet<>());
  }

  private SettingReader(Config config, String prefix, Set<String> problems) {
    this.config = config;
    this.prefix = prefix;
    this.problems = problems;
  }

  /** A reader of the settings below a key, whose problems are reported with these. */
  public SettingReader at(String key) {
    return new SettingReader(config.getConfig(key), prefix + key + ".", problems);
  }

  /** Adds a problem that was found elsewhere, such as a flag's. */
  public void problem(String problem) {
    problems.add(problem);
  }

  /** Adds a problem unless something holds. */
  public void require(boolean holds, String problem, Object... parts) {
    if (!holds) {
      problems.add(format(problem, parts));
    }
  }

  /** A text, as it stands. */
  public String text(String key) {
    return config.getString(key);
  }

  /** A text; empty where it is blank. */
  public Optional<String> optionalText(String key) {
    return Optional.of(config.getString(key)).filter(text -> !text.isBlank());
  }

  /** Whether something is on. */
  public boolean flag(String key) {
    return config.getBoolean(key);
  }

  /** A whole number of 64 bits. */
  public long longNumber(String key) {
    return config.getLong(key);
  }

  /** A whole number of 32 bits. */
  public int integer(String key) {
    return read(() -> config.getInt(key), 0, "%s must be a whole number", prefix + key);
  }

  /** A whole number of at least {@code least}. */
  public int atLeast(int least, String key) {
    int value =
        read(
            () -> config.getInt(key),
            least,
            "%s must be a whole number of at least %d",
            prefix + key,
            least);
    require(value >= least, "%s must be at least %d, not %d", prefix + key, least, value);
    return Math.max(value, least);
  }

  /** A number. */
  public double number(String key) {
    return config.getDouble(key);
  }

  /** A share, from 0 to 1. */
  public double share(String key) {
    double value = config.getDouble(key);
    require(value >= 0 && value <= 1, "%s must be between 0 and 1, not %s", prefix + key, value);
    return value;
  }

  /** A size in bytes from 1 to {@code most}, written as {@code 5 GB}, {@code 500 MB}, ... */
  public long bytes(String key, long most) {
    long value =
        read(
            () -> config.getBytes(key),
            1L,
            "%s is %s, must be a size like 5 GB, 500 MB or 100 kB",
            prefix + key,
            config.getString(key));
    require(
        value >= 1 && value <= most,
        "%s must be between 1 and %d bytes, not %d",
        prefix + key,
        most,
        value);
    return value;
  }

  /** A duration, written as {@code 2 minutes}, {@code 500 ms}, ... */
  public Duration duration(String key) {
    return read(
        () -> config.getDuration(key),
        Duration.ZERO,
        "%s is %s, must be a duration like 2 minutes or 500 ms",
        prefix + key,
        config.getString(key));
  }

  /** A list of texts. */
  public List<String> texts(String key) {
    return read(
        () -> List.copyOf(config.getStringList(key)),
        List.of(),
        "%s must be a list of texts",
        prefix + key);
  }

  /**
   * A list of an enum's constants, of which {@code true} and {@code all} mean all, {@code false}
   * and {@code none} none.
   */
  public <E extends Enum<E>> List<E> someOf(String key, Class<E> type) {
    return switch (config.getValue(key).unwrapped().toString()) {
      case "true", "all", "[all]" -> List.of(type.getEnumConstants());
      case "false", "none", "[none]" -> List.of();
      default -> eachOf(key, type);
    };
  }

  /** A list of whole numbers. */
  public List<Integer> integers(String key) {
    return read(
        () -> List.copyOf(config.getIntList(key)),
        List.of(),
        "%s must be a list of whole numbers",
        prefix + key);
  }

  /** What the configuration has, or another value and a problem. */
  private <T> T read(Supplier<T> value, T otherwise, String problem, Object... parts) {
    try {
      return value.get();
    } catch (ConfigException e) {
      problems.add(format(problem, parts));
      return otherwise;
    }
  }

  /** One of the words given. */
  public String oneOf(String key, List<String> words) {
    String word = config.getString(key);
    require(words.contains(word), "%s must be one of %s, not %s", prefix + key, words, word);
    return words.contains(word) ? word : words.get(0);
  }

  /** An enum's constant by its name in lower case, with {@code -} for {@code _}. */
  public <E extends Enum<E>> E oneOf(String key, Class<E> type) {
    E[] values = type.getEnumConstants();
    List<String> words = Arrays.stream(values).map(SettingReader::word).toList();
    return values[words.indexOf(oneOf(key, words))];
  }

  /** A list of an enum's constants, named as for one. */
  public <E extends Enum<E>> List<E> eachOf(String key, Class<E> type) {
    E[] values = type.getEnumConstants();
    List<String> words = Arrays.stream(values).map(SettingReader::word).toList();
    List<String> texts = texts(key);
    texts.forEach(
        text ->
            require(
                words.contains(text), "%s must be among %s, not %s", prefix + key, words, text));
    return texts.stream().filter(words::contains).map(text -> values[words.indexOf(text)]).toList();
  }

  /** How an enum's constant is written in a setting. */
  public static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * A value made of settings.
   *
   * @param value throws {@link IllegalArgumentException} where the settings cannot be
   * @param otherwise in its place then; may be null, since {@link #report} will throw
   */
  public <T> T made(Supplier<T> value, T otherwise) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
      return otherwise;
    }
  }

  /** The values of a list of texts, without those that cannot be. */
  public <T> List<T> each(String key, Function<String, T> of) {
    return texts(key).stream()
        .map(text -> made(() -> Optional.of(of.apply(text)), Optional.<T>empty()))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Ends the reading.
   *
   * @throws JobFailure exit 2, naming everything that is wrong
   */
  public void report() {
    Settings.failOn(problems);
  }
}
