package org.radllama.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.deploy.Jobs;
import org.radllama.run.JobFailure;
import org.radllama.run.JobFlags;
import org.radllama.run.Settings;

/** The commands in the README and the guides have flags and settings that their jobs accept. */
class CommandLinesTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final int MIN_COMMANDS = 20;
  private static final Pattern BLOCK = Pattern.compile("(?s)```bash\\n(.*?)\\n```");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^deploy/local/radllama ([a-z]+)((?: [^\\n]*)?)$");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @Test
  void everyCommandIsAccepted() throws Exception {
    Map<String, Jobs.Job> jobs =
        Jobs.all().stream().collect(Collectors.toMap(Jobs.Job::command, Function.identity()));
    int commands = 0;
    for (Path page : pages()) {
      for (MatchResult line : lines(page)) {
        Jobs.Job job = jobs.get(line.group(1));
        if (job != null && !job.command().equals("synthetic")) {
          accept(job, words(line.group(2)), page + ": " + line.group());
          commands++;
        }
      }
    }
    assertThat(commands).isGreaterThanOrEqualTo(MIN_COMMANDS);
  }

  private static void accept(Jobs.Job job, List<String> words, String shown)
      throws ReflectiveOperationException {
    JobFlags flags = flags(job);
    try {
      new CmdLineParser(flags).parseArgument(words);
    } catch (CmdLineException e) {
      throw new AssertionError(shown, e);
    }
    try {
      Settings.load(job.command(), Optional.empty(), flags.set, Map.of()).config();
    } catch (JobFailure e) {
      throw new AssertionError(shown, e);
    }
  }

  private static JobFlags flags(Jobs.Job job) throws ReflectiveOperationException {
    Constructor<?> constructor =
        Class.forName(job.mainClass().replaceAll("Job$", "Flags")).getDeclaredConstructor();
    constructor.setAccessible(true);
    return (JobFlags) constructor.newInstance();
  }

  private static List<MatchResult> lines(Path page) throws IOException {
    List<MatchResult> lines = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      String joined = block.group(1).replaceAll("\\\\\\n\\s*", "");
      COMMAND.matcher(joined.replaceAll(" +#[^\\n]*", "")).results().forEach(lines::add);
    }
    return lines;
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }
}
