package org.radllama.eval.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.TestStudies;
import org.radllama.run.Json;

/** A form filled in by keys in a real browser, from pack to score. */
class FormInBrowserTest {
  private static final String HOSTILE =
      "</script><img src=https://example.invalid/x.png onerror=\"document.title='broken'\"> \"quoted\" 'single' <!-- &amp; \\u2028\u2028\u2029 ]]> %s \\n é 漢";
  private static final String COMMENT = "Right side, \"not\" left; =1+1";
  private static final int DIMENSIONS = Dimension.values().length;

  @TempDir Path dir;

  /** What was typed, by blinded item. */
  private final Map<String, int[]> typed = new HashMap<>();

  private StudyKey key;

  private Path pack() throws IOException {
    List<InstructionExample> test = new ArrayList<>();
    for (InstructionExample e : TestStudies.examples(6)) {
      test.add(
          new InstructionExample(
              e.id(),
              e.source(),
              e.patient(),
              e.instruction(),
              e.input(),
              e.output(),
              e.findings() + "\n" + HOSTILE,
              e.impression(),
              e.label()));
    }
    TestStudies.dataset(dir.resolve("dataset"), test);
    TestStudies.predictions(dir.resolve("a.jsonl"), test, HOSTILE);
    TestStudies.predictions(dir.resolve("b.jsonl"), test, "");
    Path packed =
        TestStudies.run(
            "pack",
            "--dataset",
            dir.resolve("dataset"),
            "--predictions",
            "zebra-model=" + dir.resolve("a.jsonl"),
            "--predictions",
            "yellow-model=" + dir.resolve("b.jsonl"),
            "--readers",
            "ann,ben",
            "--set",
            "pack.reports=3",
            "--set",
            "pack.repeats=1",
            "--out",
            dir.resolve("out"),
            "--run-id",
            "forms");
    key = StudyKey.of(Json.mapper().readTree(packed.resolve("key.json").toFile()), "key.json");
    return packed;
  }

  @Test
  void aReaderRatesResumesExportsAndIsScored() throws IOException {
    Optional<Path> program = Chromium.find();
    assumeThat(program)
        .as("no chromium on PATH (Debian: apt-get install chromium, or -Dradllama.chromium=FILE)")
        .isPresent();
    Path packed = pack();
    Path downloads = Files.createDirectories(dir.resolve("downloads"));
    try (Chromium browser = Chromium.start(program.get(), dir.resolve("profile"))) {
      browser.downloadsTo(downloads);
      browser.screen(1400, 900, "light");
      browser.go(packed.resolve("forms/ann.html").toUri().toString());
      showsTextsAsTheyAreAndNoNames(browser);
      rateFirstReport(browser);
      resumes(browser);
      warnsBeforeExport(browser);
      rateTheRest(browser);
      exports(browser);
      importsElsewhere(browser, packed, downloads);
      fits(browser);
      staysAtHome(browser, packed);
    }
    scoredAsTyped(packed, downloads);
  }

  private void showsTextsAsTheyAreAndNoNames(Chromium browser) {
    assertThat(browser.value("document.title").asText()).isEqualTo("Reader study");
    assertThat(browser.value("document.querySelector('.findings .text').textContent").asText())
        .endsWith("\n" + HOSTILE);
    assertThat(browser.value("document.querySelectorAll('img').length").asInt()).isZero();
    String html = browser.value("document.documentElement.outerHTML").asText();
    for (StudyKey.Report report : key.reports()) {
      assertThat(html).doesNotContain(report.id());
    }
    assertThat(html).doesNotContain("zebra", "yellow").doesNotContainPattern("\\breference\\b");
    // 4 blocks, one of them shown again, of 3 systems: all five anchors of each dimension.
    assertThat(browser.value("document.querySelectorAll('section.report').length").asInt())
        .isEqualTo(4);
    assertThat(
            browser.value("document.querySelectorAll('fieldset input[type=radio]').length").asInt())
        .isEqualTo(4 * 3 * DIMENSIONS * 5);
    for (Dimension dimension : Dimension.values()) {
      assertThat(html)
          .contains(dimension.wording().definition())
          .contains(dimension.wording().anchors());
    }
    // Nothing is without a name for those who hear the page.
    assertThat(
            browser
                .value(
                    "[...document.querySelectorAll('input,textarea,select')].filter(e => !(e.labels && e.labels.length) && !e.getAttribute('aria-label')).length")
                .asInt())
        .isZero();
  }

  private StudyKey.Reader ann() {
    return key.readers().get(0);
  }

  /** Digits alone go through all questions of a report, in order. */
  private void rate(Chromium browser, StudyKey.Block block, Random random) {
    for (StudyKey.Item item : block.items()) {
      int[] ratings = random.ints(DIMENSIONS, 1, 6).toArray();
      typed.put(item.id(), ratings);
      for (int rating : ratings) {
        browser.press(Integer.toString(rating));
      }
    }
  }

  private void rateFirstReport(Chromium browser) {
    StudyKey.Block block = ann().blocks().get(0);
    rate(browser, block, new Random(1));
    // On the best impressions digits tick: the first and the third, a tie.
    browser.press("1");
    browser.press("2");
    browser.press("2");
    browser.press("3");
    // Up to the last rating: another one, taken back, given again.
    int[] last = typed.get(block.items().get(2).id());
    last[DIMENSIONS - 1] = 6 - last[DIMENSIONS - 1];
    browser.press("k");
    browser.press("0");
    assertThat(answered(browser)).isEqualTo(15 + 1 - 1);
    browser.press(Integer.toString(last[DIMENSIONS - 1]));
    browser.press("ArrowUp");
    browser.press("c");
    COMMENT.chars().forEach(c -> browser.press(Character.toString(c)));
    browser.press("Escape");
    assertThat(answered(browser)).isEqualTo(15 + 1);
    assertThat(
            browser
                .value("document.querySelector('.report.current fieldset').matches('.done')")
                .asBoolean())
        .isTrue();
  }

  private static int answered(Chromium browser) {
    return browser.value("document.querySelector('progress').value").asInt();
  }

  private void resumes(Chromium browser) {
    browser.press("n");
    browser.press("4");
    typed.put(ann().blocks().get(1).items().get(0).id(), new int[] {4, 0, 0, 0, 0});
    browser.reload();
    assertThat(answered(browser)).isEqualTo(15 + 1 + 1);
    assertThat(current(browser)).isEqualTo("Report 2 of 4");
    browser.press("p");
    assertThat(current(browser)).isEqualTo("Report 1 of 4");
    assertThat(
            browser
                .value(
                    "[...document.querySelectorAll('.report.current textarea')].map(t => t.value).join('')")
                .asText())
        .isEqualTo(COMMENT);
    List<String> checked = new ArrayList<>();
    browser
        .value(
            "[...document.querySelectorAll('.report.current input[type=radio]:checked')].map(i => i.value)")
        .forEach(v -> checked.add(v.asText()));
    assertThat(checked)
        .containsExactlyElementsOf(
            ann().blocks().get(0).items().stream()
                .flatMap(i -> Arrays.stream(typed.get(i.id())).mapToObj(Integer::toString))
                .toList());
  }

  private static String current(Chromium browser) {
    return browser.value("document.querySelector('.report.current h2').textContent").asText();
  }

  private void warnsBeforeExport(Chromium browser) {
    browser.click("button", "Export JSON");
    assertThat(browser.value("document.querySelector('dialog').open").asBoolean()).isTrue();
    assertThat(browser.value("document.querySelector('dialog').textContent").asText())
        .startsWith("47 of 64 are not answered")
        .contains("the first is report 2, impression A, Coherence");
    browser.click("dialog button", "Export all the same");
    browser.awaitDownloads(1);
    browser.click("button", "Export JSON");
    browser.click("dialog button", "Go to the first gap");
    assertThat(current(browser)).isEqualTo("Report 2 of 4");
    // The gap has the focus: what is typed next goes there.
    int[] ratings = typed.get(ann().blocks().get(1).items().get(0).id());
    for (int i = 1; i < DIMENSIONS; i++) {
      ratings[i] = i;
      browser.press(Integer.toString(i));
    }
  }

  private void rateTheRest(Chromium browser) {
    Random random = new Random(2);
    for (int b = 1; b < 4; b++) {
      StudyKey.Block block = ann().blocks().get(b);
      for (StudyKey.Item item : block.items()) {
        if (!typed.containsKey(item.id())) {
          int[] ratings = random.ints(DIMENSIONS, 1, 6).toArray();
          typed.put(item.id(), ratings);
          for (int rating : ratings) {
            browser.press(Integer.toString(rating));
          }
        }
      }
      browser.press("2");
      browser.press("n");
    }
    assertThat(answered(browser)).isEqualTo(64);
    assertThat(current(browser)).isEqualTo("Report 4 of 4");
    assertThat(browser.value("document.querySelector('.status').textContent").asText())
        .startsWith("This was the last report");
  }

  private static void exports(Chromium browser) {
    browser.click("button", "Export JSON");
    browser.awaitDownloads(2);
    browser.click("button", "Export CSV");
    browser.awaitDownloads(3);
    assertThat(browser.value("document.querySelector('dialog').open").asBoolean()).isFalse();
  }

  /** Another browser, or this one with nothing kept, continues from the file. */
  private void importsElsewhere(Chromium browser, Path packed, Path downloads) throws IOException {
    browser.value("localStorage.clear()");
    browser.reload();
    assertThat(answered(browser)).isZero();
    choose(browser, json(downloads));
    browser.await(() -> answered(browser) == 64, "the import");
    browser.go(packed.resolve("forms/ben.html").toUri().toString());
    assertThat(answered(browser)).isZero();
    choose(browser, json(downloads));
    browser.await(
        () ->
            browser
                .value("document.querySelector('.status').textContent")
                .asText()
                .equals("Not imported: the file is of another reader."),
        "the refusal");
    assertThat(answered(browser)).isZero();
    browser.go(packed.resolve("forms/ann.html").toUri().toString());
  }

  private static void choose(Chromium browser, Path file) {
    int root = browser.call("DOM.getDocument").at("/root/nodeId").asInt();
    int node =
        browser
            .call("DOM.querySelector", "nodeId", root, "selector", "input[type=file]")
            .get("nodeId")
            .asInt();
    browser.call("DOM.setFileInputFiles", "nodeId", node, "files", List.of(file.toString()));
  }

  /** Nothing sticks out at the side, on a desk and on a telephone; paper shows every report. */
  private void fits(Chromium browser) throws IOException {
    String pictures = System.getProperty("radllama.pictures");
    for (int width : new int[] {1400, 400}) {
      for (String scheme : List.of("light", "dark")) {
        browser.screen(width, 900, scheme);
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
            .isLessThanOrEqualTo(width);
        if (pictures != null) {
          browser.value("scrollTo(0, 200)");
          Files.write(
              Path.of(pictures, String.format(Locale.ROOT, "form-%d-%s.png", width, scheme)),
              browser.screenshot());
        }
      }
    }
    browser.call("Emulation.setEmulatedMedia", "media", "print");
    assertThat(
            browser
                .value(
                    "[...document.querySelectorAll('.report')].filter(r => r.offsetHeight > 100).length")
                .asInt())
        .isEqualTo(4);
  }

  /** It asked for itself alone, by file:, and complained of nothing. */
  private static void staysAtHome(Chromium browser, Path packed) {
    List<String> requested =
        browser.events("Network.requestWillBeSent").stream()
            .map(e -> e.at("/request/url").asText())
            .filter(url -> !url.startsWith("blob:null/") && !url.startsWith("blob:file:"))
            .distinct()
            .toList();
    assertThat(requested)
        .containsExactlyInAnyOrder(
            packed.resolve("forms/ann.html").toUri().toString(),
            packed.resolve("forms/ben.html").toUri().toString());
    assertThat(browser.events("Runtime.consoleAPICalled")).isEmpty();
    assertThat(browser.events("Runtime.exceptionThrown")).isEmpty();
    assertThat(browser.events("Log.entryAdded")).isEmpty();
  }

  /** The complete one of the two that were exported. */
  private static Path json(Path downloads) throws IOException {
    try (Stream<Path> files = Files.list(downloads)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        if (!Files.readString(file).contains("null")) {
          return file;
        }
      }
    }
    throw new AssertionError("no complete file among the downloads");
  }

  private void scoredAsTyped(Path packed, Path downloads) throws IOException {
    Path csv;
    try (Stream<Path> files = Files.list(downloads)) {
      csv = files.filter(f -> f.toString().endsWith(".csv")).findFirst().orElseThrow();
    }
    Path both = score(packed, "both", json(downloads), csv);
    JsonNode study = Json.mapper().readTree(both.resolve("study.json").toFile());
    assertThat(study.at("/counts/returned_twice").asInt()).isEqualTo(1);
    assertThat(study.at("/counts/rated").asInt()).isEqualTo(60);
    assertThat(study.at("/readers/ann/comments").asInt()).isEqualTo(1);
    for (Path scored : List.of(score(packed, "json", json(downloads)), score(packed, "csv", csv))) {
      assertThat(scored.resolve("ratings.csv")).hasSameBinaryContentAs(both.resolve("ratings.csv"));
    }
    Map<String, StudyKey.Item> items = new HashMap<>();
    Map<String, StudyKey.Block> blocks = new HashMap<>();
    ann()
        .blocks()
        .forEach(
            b ->
                b.items()
                    .forEach(
                        i -> {
                          items.put(i.id(), i);
                          blocks.put(i.id(), b);
                        }));
    int checked = 0;
    for (List<String> row : CsvRows.of(both.resolve("ratings.csv"))) {
      if (row.get(0).equals("ann")) {
        String item = row.get(7);
        int dimension = checked % DIMENSIONS;
        assertThat(row.get(5)).isEqualTo(items.get(item).system());
        assertThat(row.get(1)).isEqualTo(blocks.get(item).report());
        assertThat(row.get(8)).isEqualTo(Dimension.values()[dimension].label());
        assertThat(row.get(9)).isEqualTo(Integer.toString(typed.get(item)[dimension]));
        int place = blocks.get(item).items().indexOf(items.get(item));
        boolean firstBlock = blocks.get(item).equals(ann().blocks().get(0));
        assertThat(row.get(10))
            .isEqualTo(firstBlock ? (place == 1 ? "0" : "1") : place == 1 ? "1" : "0");
        assertThat(row.get(11)).isEqualTo(firstBlock && place == 2 ? COMMENT : "");
        checked++;
      }
    }
    assertThat(checked).isEqualTo(60);
  }

  private Path score(Path packed, String runId, Path... files) throws IOException {
    List<Object> args =
        new ArrayList<>(
            List.of(
                "score",
                "--key",
                packed.resolve("key.json"),
                "--out",
                dir.resolve("out"),
                "--run-id",
                runId));
    for (Path file : files) {
      args.addAll(List.of("--returned", file));
    }
    return TestStudies.run(args.toArray());
  }
}
