package org.radllama.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.radllama.text.Resources;

/**
 * Pages that can be read: a short README, short lines and paragraphs, and nowhere a phrase of
 * {@code weeded-out.txt}: not in pages, settings, scripts, messages, help texts and Javadoc.
 */
class ReadablePagesTest {
  private static final Path ROOT = Path.of(System.getProperty("radllama.root"));
  private static final int MAX_LINES = 120;
  private static final int MAX_WIDTH = 120;
  private static final int MAX_PARAGRAPH = 5;
  private static final int MIN_FILES = 500;
  private static final List<String> FOLDERS =
      List.of(
          "conf",
          "deploy",
          "notebooks",
          ".ci",
          "pipeline-ingest/src/main",
          "pipeline-train/src/main",
          "pipeline-eval/src/main");
  private static final Pattern OF_LIST = Pattern.compile("([-*]|\\d+\\.) .*");
  private static final Pattern LITERALS = Pattern.compile("\"\\s*\\n\\s*\\+\\s*\"");
  private static final Pattern LINE_BREAK = Pattern.compile("\\n\\s*(?:\\*|#|//)?\\s*");

  @Test
  void theReadmeIsShort() throws IOException {
    List<String> lines = Files.readAllLines(ROOT.resolve("README.md"));
    assertThat(lines).hasSizeLessThan(MAX_LINES);
    int paragraph = 0;
    for (String line : prose(lines)) {
      boolean ends = line.isBlank() || OF_LIST.matcher(line).matches();
      paragraph = (ends ? 0 : paragraph) + (line.isBlank() ? 0 : 1);
      assertThat(paragraph)
          .as("lines of the paragraph up to: " + line)
          .isLessThanOrEqualTo(MAX_PARAGRAPH);
    }
  }

  @Test
  void linesAreShort() throws IOException {
    List<String> tooLong = new ArrayList<>();
    for (Path page : pages()) {
      for (String line : prose(Files.readAllLines(page))) {
        if (line.length() > MAX_WIDTH) {
          tooLong.add(ROOT.relativize(page) + ": " + line);
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void phrasesThatWereWeededOutStayOut() throws IOException {
    Map<Pattern, String> phrases = phrases();
    List<String> found = new ArrayList<>();
    List<Path> texts = texts();
    for (Path file : texts) {
      String text = flat(file);
      phrases.forEach(
          (phrase, better) -> {
            if (text.contains(plain(phrase)) && phrase.matcher(text).find()) {
              found.add(ROOT.relativize(file) + ": " + phrase + ", better: " + better);
            }
          });
    }
    assertThat(found).isEmpty();
    assertThat(texts).hasSizeGreaterThan(MIN_FILES);
    assertThat(phrases).hasSizeGreaterThan(30);
  }

  /** A phrase is found over line breaks, in Javadoc and in literals of several lines. */
  @Test
  void lineBreaksHideNothing() {
    assertThat(flat(" * the Whole\n * way")).contains("the whole way");
    assertThat(flat("  \"the whole\"\n    + \" way\"")).contains("the whole way");
    assertThat(flat("# the whole\n# way")).contains("the whole way");
  }

  private static String plain(Pattern phrase) {
    return phrase.pattern().replaceAll(".*\\\\Q|\\\\E.*", "");
  }

  private static Map<Pattern, String> phrases() {
    Map<Pattern, String> phrases = new LinkedHashMap<>();
    Resources.text(ReadablePagesTest.class, "weeded-out.txt")
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" = ", 2))
        .forEach(
            pair ->
                phrases.put(
                    Pattern.compile("(?<![a-z])" + Pattern.quote(pair[0]) + "(?![a-z])"), pair[1]));
    return phrases;
  }

  /** A page without its tables, code, headings and pictures; blank lines in their places. */
  private static List<String> prose(List<String> lines) {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : lines) {
      boolean fence = line.strip().startsWith("```");
      code ^= fence;
      prose.add(code || fence || line.matches("(\\||#|!\\[|<!--).*") ? "" : line);
    }
    return prose;
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs")) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files
            .filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.endsWith("configuration.md") && !file.endsWith("CHANGELOG.md"))
            .forEach(pages::add);
      }
    }
    return pages;
  }

  private static List<Path> texts() throws IOException {
    List<Path> texts = new ArrayList<>(pages());
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !ROOT.relativize(file).toString().matches("deploy/(target|src)/.*"))
            .filter(file -> !file.toString().matches(".*\\.(png|ipynb|pyc|json)"))
            .forEach(texts::add);
      }
    }
    return texts;
  }

  private static String flat(Path file) throws IOException {
    try {
      return flat(Files.readString(file));
    } catch (CharacterCodingException e) {
      return ""; // not a text
    }
  }

  private static String flat(String text) {
    String joined = LITERALS.matcher(text).replaceAll("");
    return LINE_BREAK.matcher(joined).replaceAll(" ").toLowerCase(Locale.ROOT);
  }
}
