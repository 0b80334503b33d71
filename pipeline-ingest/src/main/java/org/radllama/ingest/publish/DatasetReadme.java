package org.radllama.ingest.publish;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.dataset.Split;
import org.radllama.run.Json;

/**
 * The dataset's {@code README.md}, and one in the folder of each further form. Their YAML headers
 * tell Hugging Face's {@code datasets} which files make which split, so that {@code
 * load_dataset(DIR)} finds them by the names that it knows: train, validation and test. They say
 * nothing that the run does not know, and no report text.
 *
 * <p>The dataset itself is loaded from its Parquet files, since {@code datasets} takes JSON texts
 * that look like dates, such as some patients, for dates. All files of one README must have one
 * format, which is why every form has its own.
 */
public final class DatasetReadme {
  /** Its name. */
  public static final String FILE = "README.md";

  /** Upper ends of the hub's {@code size_categories}. */
  private static final List<String> SIZES =
      List.of("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M");

  private static final Pattern CREATIVE_COMMONS =
      Pattern.compile("(CC BY[A-Z-]*) ([0-9]\\.[0-9])(?:[:,].*)?");

  private final IngestTally tally;
  private final CardSettings settings;
  private final List<TrainingFormat> formats;

  /**
   * The description of a run's dataset.
   *
   * @param formats the further forms that it has
   */
  public DatasetReadme(IngestTally tally, CardSettings settings, List<TrainingFormat> formats) {
    this.tally = tally;
    this.settings = settings;
    this.formats = List.copyOf(formats);
  }

  /** The dataset's file. */
  public String markdown() {
    List<String> lines = header(settings.name());
    config(lines, "parquet/split=%s/*.parquet");
    lines.add("---");
    lines.add("");
    body(lines);
    return String.join("\n", lines) + "\n";
  }

  /** The file of a further form. */
  public String markdown(TrainingFormat form) {
    List<String> lines = header(settings.name() + ", " + form.folder());
    config(lines, "%s.jsonl");
    lines.add("---");
    lines.add("");
    lines.add("# " + settings.name() + ", " + form.folder());
    lines.add("");
    lines.add(
        "The examples of the folder above, in its order, with the columns %s."
            .formatted(String.join(", ", form.columns())));
    return String.join("\n", lines) + "\n";
  }

  private List<String> header(String name) {
    List<String> lines = new ArrayList<>(List.of("---"));
    lines.add("pretty_name: " + quoted(name));
    terms(lines);
    lines.add("task_categories:");
    lines.add("- summarization");
    lines.add("tags:");
    lines.add("- radiology");
    lines.add("size_categories:");
    lines.add("- " + size());
    return lines;
  }

  /** The files of the splits that have any. */
  private void config(List<String> lines, String pattern) {
    List<Split> filled = Arrays.stream(Split.values()).filter(s -> tally.kept(s) > 0).toList();
    if (filled.isEmpty()) {
      return;
    }
    lines.add("configs:");
    lines.add("- config_name: default");
    lines.add("  data_files:");
    for (Split split : filled) {
      lines.add("  - split: " + hubName(split));
      lines.add("    path: " + quoted(pattern.formatted(split.label())));
    }
  }

  /** A split's name to {@code datasets}. */
  static String hubName(Split split) {
    return split == Split.VALIDATE ? "validation" : split.label();
  }

  /** Left out where a corpus' licence or language is not known. */
  private void terms(List<String> lines) {
    List<Corpora.Corpus> corpora =
        tally.names().stream().map(name -> Corpora.of(name, settings.claims())).toList();
    List<String> languages = corpora.stream().map(Corpora.Corpus::language).distinct().toList();
    if (languages.size() == 1 && !languages.get(0).equals(Corpora.NOT_STATED)) {
      lines.add("language:");
      lines.add("- " + quoted(languages.get(0)));
    }
    if (corpora.size() != 1 || settings.claims().synthetic()) {
      return;
    }
    Corpora.Corpus corpus = corpora.get(0);
    Matcher known = CREATIVE_COMMONS.matcher(corpus.licence());
    if (known.matches()) {
      String words = known.group(1) + "-" + known.group(2);
      lines.add("license: " + words.toLowerCase(Locale.ROOT).replace(' ', '-'));
    } else if (!corpus.licence().equals(Corpora.NOT_STATED)) {
      lines.add("license: other");
      lines.add("license_name: " + quoted(corpus.licence()));
      if (!corpus.licenceUrl().isEmpty()) {
        lines.add("license_link: " + quoted(corpus.licenceUrl()));
      }
    }
  }

  private String size() {
    long rows = Arrays.stream(Split.values()).mapToLong(tally::kept).sum();
    long most = 1000;
    for (String size : SIZES) {
      if (rows < most) {
        return size;
      }
      most *= 10;
    }
    return "100M<n<1B";
  }

  private void body(List<String> lines) {
    lines.add("# " + settings.name());
    lines.add("");
    lines.add(settings.description());
    lines.add("");
    lines.add("| Split | `datasets` calls it | Examples |");
    lines.add("| --- | --- | --- |");
    for (Split split : Split.values()) {
      lines.add(format("| %s | %s | %d |", split.label(), hubName(split), tally.kept(split)));
    }
    lines.add("");
    lines.add("A split without examples has no files.");
    lines.add("");
    lines.add("| Files | Columns | Loaded by |");
    lines.add("| --- | --- | --- |");
    String columns = String.join(", ", ParquetPart.COLUMNS);
    lines.add("| `parquet/split=SPLIT/*.parquet` | %s | `load_dataset(DIR)` |".formatted(columns));
    lines.add("| `jsonl/SPLIT.jsonl` | the same | |");
    for (TrainingFormat form : formats) {
      lines.add(
          "| `%1$s/SPLIT.jsonl` | %2$s | `load_dataset(DIR/%1$s)` |"
              .formatted(form.folder(), String.join(", ", form.columns())));
    }
    lines.add("");
    lines.add("`card.html` says what came in, what stayed and what may be done with it.");
  }

  /** A text as JSON, which YAML reads likewise. */
  private static String quoted(String text) {
    try {
      return Json.mapper().writeValueAsString(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
