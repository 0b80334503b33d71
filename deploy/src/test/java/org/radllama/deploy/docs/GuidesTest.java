package org.radllama.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.radllama.deploy.Jobs;

/** The guides name files, headings, commands and settings that exist. */
class GuidesTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final int MIN_PAGES = 15;
  private static final int MIN_LINKS = 40;
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern COMMAND = Pattern.compile("(?:local/|`)radllama ([a-z]+)");
  private static final Pattern SETTING = Pattern.compile("--set '?([a-z][a-z.-]+)[= ]");

  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (String target : all(LINK, Files.readString(page))) {
        if (!target.contains("://") && !target.startsWith("mailto:")) {
          links++;
          if (!leads(page, target)) {
            broken.add(ROOT.relativize(page) + ": " + target);
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(pages()).hasSizeGreaterThanOrEqualTo(MIN_PAGES);
    assertThat(links).isGreaterThanOrEqualTo(MIN_LINKS);
  }

  @Test
  void commandsExist() throws IOException {
    Set<String> commands = new TreeSet<>(Set.of("demo"));
    Jobs.all().forEach(job -> commands.add(job.command()));
    Set<String> named = named(COMMAND);
    assertThat(named).contains("ingest", "train", "eval", "demo");
    assertThat(commands).containsAll(named);
  }

  @Test
  void settingsExist() throws IOException {
    String reference = Files.readString(ROOT.resolve("docs/configuration.md"));
    Set<String> named = named(SETTING);
    named.remove("key");
    assertThat(named).contains("method", "export");
    assertThat(named)
        .allMatch(key -> reference.contains("`" + key + "`") || reference.contains(key + "."));
  }

  private static Set<String> named(Pattern pattern) throws IOException {
    Set<String> named = new TreeSet<>();
    for (Path page : pages()) {
      named.addAll(all(pattern, Files.readString(page)));
    }
    return named;
  }

  private static boolean leads(Path page, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    if (!Files.exists(file)) {
      return false;
    }
    return parts.length == 1 || anchors(Files.readString(file)).contains(parts[1]);
  }

  /** Headings as GitHub makes anchors of them. */
  private static Set<String> anchors(String text) {
    return all(HEADING, text).stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 _-]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult match) -> match.group(1)).toList();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String place :
        List.of("", "docs", "notebooks", "deploy/yarn", "deploy/kubernetes", "deploy/airflow")) {
      Path folder = ROOT.resolve(place);
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.list(folder)) {
          files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
      }
    }
    return pages;
  }
}
