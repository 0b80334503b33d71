package org.radllama.deploy.docs;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.kohsuke.args4j.CmdLineParser;
import org.kohsuke.args4j.NamedOptionDef;
import org.radllama.dataset.PromptTemplate;
import org.radllama.deploy.Jobs;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFlags;

/**
 * The parts of {@code docs/reference.md} that the code decides: commands and flags, exit codes,
 * columns of a dataset and of {@code metrics.jsonl}, reasons for rejection, the prompt.
 */
final class CodeReference {
  private static final Pattern CONSTANT =
      Pattern.compile(
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*([A-Z][A-Z_0-9]+)\\(Stage\\.", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("@param (\\w+) ((?:(?!@param|\\*/).)*)", Pattern.DOTALL);
  private static final Pattern CAMEL = Pattern.compile("([a-z])([A-Z])");
  private static final Pattern OF_STAGE =
      Pattern.compile("([A-Z][A-Z_0-9]+)\\(Stage\\.([A-Z]+)\\)");

  private final Path root;

  CodeReference(Path root) {
    this.root = root;
  }

  /** The blocks by the names that their markers in the page have. */
  Map<String, String> blocks() throws IOException, ReflectiveOperationException {
    Map<String, String> blocks = new LinkedHashMap<>();
    blocks.put("commands", commands());
    blocks.put("flags", flags());
    blocks.put("exit codes", exitCodes());
    blocks.put("columns", parameters("pipeline-ingest", "dataset/InstructionExample"));
    blocks.put("reasons", reasons());
    blocks.put("metrics", parameters("pipeline-train", "train/export/StepMetrics"));
    blocks.put("prompt", prompt());
    return blocks;
  }

  private static String commands() throws IOException {
    StringBuilder table = new StringBuilder("| Command | What it does |\n| --- | --- |\n");
    for (Jobs.Job job : Jobs.all()) {
      table.append(format("| [`%s`](#%s) | %s |\n", job.command(), job.command(), job.purpose()));
    }
    return table.toString();
  }

  private static String flags() throws IOException, ReflectiveOperationException {
    Set<String> shared = new TreeSet<>();
    StringBuilder text = new StringBuilder("### Every job\n\n");
    text.append(flagTable(new JobFlags(), Set.of(), shared));
    for (Jobs.Job job : Jobs.all()) {
      boolean own = job.mainClass().endsWith("Main");
      String type = own ? job.mainClass() : job.mainClass().replaceAll("Job$", "Flags");
      Constructor<?> constructor = Class.forName(type).getDeclaredConstructor();
      constructor.setAccessible(true);
      text.append("\n### ").append(job.command()).append("\n\n");
      text.append(flagTable(constructor.newInstance(), own ? Set.of() : shared, new TreeSet<>()));
    }
    return text.toString();
  }

  private static String flagTable(Object flags, Set<String> without, Set<String> seen) {
    StringBuilder table = new StringBuilder("| Flag | Meaning |\n| --- | --- |\n");
    CmdLineParser parser = new CmdLineParser(flags);
    parser.getArguments().forEach(a -> row(table, a.option.metaVar(), "", a.option.usage()));
    parser.getOptions().stream()
        .map(handler -> (NamedOptionDef) handler.option)
        .filter(option -> !without.contains(option.name()))
        .forEach(
            option -> {
              seen.add(option.name());
              row(table, option.name(), option.metaVar(), option.usage());
            });
    return table.toString();
  }

  private static void row(StringBuilder table, String name, String value, String usage) {
    String flag = (name + " " + value).strip().replace("|", "\\|");
    table.append(format("| `%s` | %s |\n", flag, usage.replace("|", "\\|")));
  }

  private static String exitCodes() {
    StringBuilder table =
        new StringBuilder("| Code | Means | A scheduler should |\n| --- | --- | --- |\n");
    for (ExitCode code : ExitCode.values()) {
      table.append(format("| %d | %s | %s |\n", code.code(), meaning(code), advice(code)));
    }
    return table.toString();
  }

  private static String meaning(ExitCode code) {
    return switch (code) {
      case DONE -> "done, or this run-id was finished before from the same inputs and settings";
      case USAGE -> "bad flags or configuration; the line on stderr names the setting";
      case INPUT ->
          "input unreadable, or more of it rejected than `read.max-unreadable-share` or"
              + " `reject.max-share` allow, or identifiers in more reports than `privacy.max-share`;"
              + " `radllama gate`: closed";
      case BUSY -> "another process is writing this run-id";
      case RESOURCES ->
          "missing here: a GPU, memory, slots, disk space, access to a file or folder, a file"
              + " system's library; `radllama gate`: the file system did not answer";
      case DIVERGED -> "training diverged (loss not finite); the last good checkpoint is named";
      case TAKEN ->
          "this run-id was made, or begun, from other inputs or settings; the line on stderr names"
              + " them";
      case ENVIRONMENT ->
          "the network, a server or the cluster failed: unknown host, refused connection, name node"
              + " in safe mode, no Spark master, executors lost again and again";
      case DEFECT -> "a defect of RadLlama";
    };
  }

  private static String advice(ExitCode code) {
    return switch (code) {
      case DONE -> "go on";
      case USAGE, INPUT, DIVERGED -> "fail, without retry";
      case BUSY ->
          "try again later: that process does the work, and nothing is published until it ends";
      case RESOURCES -> "fail, without retry: a person must provide more; after `gate`: retry";
      case TAKEN -> "fail, without retry: a person must choose another run-id, or the old settings";
      case ENVIRONMENT -> "retry with the same command and run-id";
      case DEFECT -> "fail; report it with the log, which holds no report text";
    };
  }

  /** A record's components as its Javadoc explains them, by the names that files give them. */
  private String parameters(String module, String type) throws IOException {
    Matcher parameter = PARAMETER.matcher(source(module, type));
    StringBuilder table = new StringBuilder("| Name | What it holds |\n| --- | --- |\n");
    while (parameter.find()) {
      String name = CAMEL.matcher(parameter.group(1)).replaceAll("$1_$2");
      table.append(
          format("| `%s` | %s |\n", name.toLowerCase(Locale.ROOT), prose(parameter.group(2))));
    }
    return table.toString();
  }

  private String reasons() throws IOException {
    String source = source("pipeline-ingest", "ingest/record/Reason");
    Map<String, String> stages =
        OF_STAGE
            .matcher(source)
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    StringBuilder table = new StringBuilder("| Stage | Reason | When |\n| --- | --- | --- |\n");
    Matcher constant = CONSTANT.matcher(source);
    while (constant.find()) {
      String name = constant.group(2);
      table.append(
          format(
              "| %s | `%s` | %s |\n",
              stages.get(name).toLowerCase(Locale.ROOT),
              name.toLowerCase(Locale.ROOT),
              prose(constant.group(1))));
    }
    return table.toString();
  }

  private static String prompt() {
    return "```\n"
        + PromptTemplate.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input("{findings}"))
        + "```\n";
  }

  private String source(String module, String type) throws IOException {
    return Files.readString(root.resolve(module + "/src/main/java/org/radllama/" + type + ".java"));
  }

  /** Javadoc as Markdown in one line. */
  private static String prose(String javadoc) {
    return javadoc
        .replaceAll("\\n\\s*\\*\\s?", " ")
        .replaceAll("\\{@code ([^{}]*(?:\\{[^{}]*}[^{}]*)*)}", "`$1`")
        .replaceAll("\\{@link (?:\\w+#)?(\\w+)[^}]*}", "`$1`")
        .replaceAll("\\s+", " ")
        .replace("|", "\\|")
        .strip();
  }

  /** The page with every block between its markers replaced. */
  static String fill(String page, Map<String, String> blocks) {
    String filled = page;
    for (Map.Entry<String, String> block : blocks.entrySet()) {
      String begin = "<!-- from code: " + block.getKey() + " -->\n\n";
      String end = "\n<!-- end -->";
      int from = filled.indexOf(begin);
      int to = filled.indexOf(end, from);
      if (from < 0 || to < 0) {
        throw new AssertionError("no markers in docs/reference.md for: " + block.getKey());
      }
      filled = filled.substring(0, from + begin.length()) + block.getValue() + filled.substring(to);
    }
    return filled;
  }
}
