package org.radllama.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.study.Chromium;
import org.radllama.run.JobContext;
import org.radllama.run.Settings;
import org.radllama.train.export.StepMetrics;
import org.radllama.train.export.TrainingLog;

/** What holds of every page and every table, whatever it shows. */
class PagesTest {
  private static final List<String> LATEX = List.of("pdflatex", "tectonic");

  @TempDir static Path dir;

  private static Path evaluation;
  private static List<Path> pages;

  @BeforeAll
  static void write() throws Exception {
    List<InstructionExample> test = HandMadeDataset.examples("t", 40, 1);
    HandMadeDataset.write(dir.resolve("dataset"), HandMadeDataset.examples("r", 150, 2), test);
    Path file = TestStudies.predictions(dir.resolve("a.jsonl"), test, "");
    Path other = TestStudies.predictions(dir.resolve("b.jsonl"), test, "No effusion. ");
    Path runs = dir.resolve("runs");
    MadeRuns made = new MadeRuns(runs);
    Path first = made.dataset("data-1", "2024-01-01T00:00:00Z", "one");
    Path adapter = made.adapter("adapter-1", "2024-01-02T00:00:00Z", first);
    made.eval("before", "2024-01-03T00:00:00Z", first, adapter, 0.60, 0.55);
    made.eval("after", "2024-01-04T00:00:00Z", first, adapter, 0.50, 0.45);
    try (var spark = TestJobs.spark()) {
      TestJobs.eval(
          spark,
          runs,
          "a-run-of-a-long-name-without-any-blank-in-it-at-all-2024-01-05",
          "--dataset",
          dir.resolve("dataset"),
          "--predictions",
          "a-system-of-a-rather-long-name=" + file,
          "--predictions",
          "b=" + other,
          "--baselines",
          "constant,lead,nearest",
          "--set",
          "metrics=[rouge,bleu4,chrf,exact_match,length_ratio,findings,attributes,copy_rate]");
    }
    evaluation = runs.resolve("a-run-of-a-long-name-without-any-blank-in-it-at-all-2024-01-05");
    Settings settings = Settings.load("report", Optional.empty(), List.of(), java.util.Map.of());
    ReportFlags flags = new ReportFlags();
    flags.runs = runs.toString();
    flags.out = runs.toString();
    Optional<String> history =
        RunsReport.run(JobContext.of("report", settings, null), ReportConfig.of(settings, flags));
    pages =
        List.of(
            evaluation.resolve("report.html"),
            Path.of(history.orElseThrow(), "report.html"),
            training());
  }

  private static Path training() throws IOException {
    FileSystem fs = FileSystem.getLocal(new Configuration());
    Path page = dir.resolve("training.html");
    org.apache.hadoop.fs.Path lines =
        new org.apache.hadoop.fs.Path(dir.resolve("metrics.jsonl").toUri());
    try (TrainingLog log = new TrainingLog(fs, lines, 0, false)) {
      for (int step = 1; step <= 20; step++) {
        java.util.OptionalDouble validated =
            step % 5 == 0
                ? java.util.OptionalDouble.of(3.0 / step)
                : java.util.OptionalDouble.empty();
        log.add(new StepMetrics(step, step / 7.0, 4.0 / step, validated, 1e-3, 0.7, 640, 320, 0.1));
      }
      assertThat(log.summary())
          .contains(
              "loss: 4.0000 first, 0.2000 best (step 20), 0.2000 last (step 20)",
              "validation loss: 0.6000 first, 0.1500 best (step 20), 0.1500 last (step 20)",
              "time of the steps: 0:00:40",
              "tokens, prompts included: 12,800, 320/s");
      log.writePage(
          fs,
          new org.apache.hadoop.fs.Path(page.toUri()),
          new TrainingLog.About("t", java.util.Map.of("engine", "dl4j"), "{}"));
    }
    return page;
  }

  @Test
  void everyPartCanBeFoundNamedAndReached() throws IOException {
    List<String> titles = new ArrayList<>();
    for (Path page : pages) {
      String html = Files.readString(page);
      titles.add(first(html, "<title>([^<]+)</title>\\s*<style>"));
      assertThat(all(html, " id=\"([^\"]*)\"")).doesNotHaveDuplicates();
      assertThat(all(html, " id=\"([^\"]*)\"")).containsAll(all(html, "href=\"#([^\"]*)\""));
      assertThat(all(html, "(<main>)")).hasSize(1);
      assertThat(all(html, "<svg [^>]*>(.{7})")).containsOnly("<title>");
      assertThat(all(html, "<(img)")).isEmpty();
      assertThat(all(html, "role=\"region\" tabindex=\"0\" aria-label=\"([^\"]*)\"><table>"))
          .hasSameSizeAs(all(html, "(<table)"))
          .doesNotHaveDuplicates();
      assertThat(all(html, "<tr>(<td|<th scope=\"(?:row|col)\"|<th(?! scope))"))
          .doesNotContain("<td", "<th");
      // Folded, since it is long and rarely read.
      assertThat(html).doesNotContain("</h2>\n<pre>");
    }
    assertThat(titles).doesNotHaveDuplicates();
  }

  private static String first(String text, String pattern) {
    return all(text, pattern).get(0);
  }

  private static List<String> all(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).toList();
  }

  @Test
  void everyPageFitsAndIsAccessible() throws Exception {
    Optional<Path> program = Chromium.find();
    assumeThat(program)
        .as("no chromium on PATH (Debian: apt-get install chromium, or -Dradllama.chromium=FILE)")
        .isPresent();
    // axe-core is not part of this project: npm install axe-core, and the path of its axe.min.js.
    String axe = System.getProperty("radllama.axe");
    String pictures = System.getProperty("radllama.pictures");
    try (Chromium browser = Chromium.start(program.get(), dir.resolve("profile"))) {
      browser.call("Page.setBypassCSP", "enabled", true);
      for (int i = 0; i < pages.size(); i++) {
        for (int width : new int[] {1400, 400}) {
          for (String scheme : List.of("light", "dark")) {
            browser.screen(width, 900, scheme);
            browser.go(pages.get(i).toUri().toString());
            String where = pages.get(i).getFileName() + " " + width + " " + scheme;
            unfolded(browser);
            fits(browser, width, where);
            if (axe != null) {
              assertThat(violations(browser, Files.readString(Path.of(axe)))).as(where).isEmpty();
            }
            if (pictures != null) {
              String name = String.format(Locale.ROOT, "page-%d-%d-%s.png", i, width, scheme);
              Files.write(Path.of(pictures, name), browser.screenshot());
            }
          }
        }
      }
    }
    assumeThat(axe).as("axe-core was not run: -Dradllama.axe=FILE names axe.min.js").isNotNull();
  }

  private static void unfolded(Chromium browser) {
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
  }

  private static void fits(Chromium browser, int width, String where) {
    assertThat(browser.value("document.documentElement.scrollWidth").asInt())
        .as(where)
        .isLessThanOrEqualTo(width);
    // What is wider than the page scrolls in its own box; on a desk nothing has to.
    JsonNode scrolling =
        browser.value(
            "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.getAttribute('aria-label'))");
    if (width > 1000) {
      assertThat(scrolling).as(where).isEmpty();
    }
  }

  private static List<String> violations(Chromium browser, String axe) {
    browser.value(axe + "; 0");
    List<String> found = new ArrayList<>();
    browser
        .value(
            "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].target.join(' ')))")
        .forEach(v -> found.add(v.asText()));
    return found;
  }

  @Test
  void noTwoColumnsOfAFileHaveOneNameAndACellHasOneValue() throws IOException {
    for (Path csv : tables(".csv")) {
      List<String> lines = Files.readAllLines(csv);
      List<String> header = all(lines.get(0) + ",", "(\"[^\"]*\"|[^\",]*),");
      assertThat(header).as(csv.toString()).doesNotHaveDuplicates().doesNotContain("");
      assertThat(lines).as(csv.toString()).noneMatch(line -> line.matches(".*[0-9] \\[[0-9p].*"));
    }
    assertThat(Files.readAllLines(evaluation.resolve("tables/scores.csv")))
        .anyMatch(line -> line.matches(".*,bleu4,[0-9.E-]+,whole corpus,.*"))
        .anyMatch(line -> line.matches(".*,rougeL_fmeasure,[0-9.E-]+,mean over reports,.*"));
  }

  private static List<Path> tables(String end) throws IOException {
    try (Stream<Path> files = Files.list(evaluation.resolve("tables"))) {
      List<Path> found = files.filter(f -> f.toString().endsWith(end)).sorted().toList();
      assertThat(found).hasSizeGreaterThan(8);
      return found;
    }
  }

  @Test
  void everyTableOfLatexCompilesInArticleAndFitsThePage() throws Exception {
    Optional<Path> program =
        Arrays.stream(System.getenv("PATH").split(":"))
            .flatMap(at -> LATEX.stream().map(name -> Path.of(at, name)))
            .filter(Files::isExecutable)
            .findFirst();
    assumeThat(program).as("neither pdflatex nor tectonic on PATH").isPresent();
    StringBuilder document = new StringBuilder("\\documentclass{article}\n");
    List<Path> files = tables(".tex");
    // What a table says it needs is all that there is.
    Files.readAllLines(files.get(0)).stream()
        .filter(line -> line.contains("\\usepackage"))
        .forEach(line -> document.append(line.replaceFirst("^%", "")).append('\n'));
    document.append("\\extrafloats{100}\n\\begin{document}\n");
    files.forEach(f -> document.append("\\input{").append(f).append("}\n\\clearpage\n"));
    document.append("\\end{document}\n");
    Files.writeString(dir.resolve("tables.tex"), document);
    Process latex =
        new ProcessBuilder(
                program.get().getFileName().toString().equals("tectonic")
                    ? List.of(program.get().toString(), "--keep-logs", "tables.tex")
                    : List.of(
                        program.get().toString(),
                        "-interaction=nonstopmode",
                        "-halt-on-error",
                        "tables.tex"))
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("latex.txt").toFile())
            .start();
    assertThat(latex.waitFor(100, TimeUnit.SECONDS)).isTrue();
    String log =
        Files.readString(dir.resolve("tables.log"), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(latex.exitValue()).as(log.substring(Math.max(0, log.length() - 2000))).isZero();
    assertThat(dir.resolve("tables.pdf")).isNotEmptyFile();
    assertThat(all(log, "Overfull .hbox \\(([0-9.]+)pt too wide").stream().map(Double::valueOf))
        .allMatch(points -> points < 2);
    assertThat(log).doesNotContain("Float too large");
  }
}
