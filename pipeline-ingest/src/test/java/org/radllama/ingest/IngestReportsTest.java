package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** Whole reports in the forms of hospitals' exports, from the table to the dataset. */
class IngestReportsTest extends IngestTestBase {
  private static final String FINDINGS =
      "The lungs are clear and the heart number %s is normal in size.";

  @TempDir Path dir;

  private Path reports(List<String> texts) throws Exception {
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      lines.add(
          Json.mapper()
              .createObjectNode()
              .put("id", "r" + lines.size())
              .put("report", text)
              .toString());
    }
    return Files.write(dir.resolve("reports.jsonl"), lines);
  }

  private JsonNode run(Path reports, String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of("--reports", reports.toString(), "--out", dir.resolve("out").toString()));
    args.addAll(
        List.of(
            "--set",
            "reports.text=report",
            "--set",
            "dedup.near=false",
            "--set",
            "dedup.leakage=mark"));
    args.addAll(List.of(more));
    if (!args.contains("--run-id")) {
      args.addAll(List.of("--run-id", "r"));
    }
    ingest(2, args.toArray(String[]::new));
    return Json.mapper().readTree(Files.readAllBytes(dir.resolve("out/r/manifest.json")));
  }

  @Test
  void publishesWhatIsInsideAndCountsHowItWasFound() throws Exception {
    JsonNode manifest =
        run(
            reports(
                List.of(
                    "FINDINGS: "
                        + FINDINGS.formatted("one")
                        + "\n\nIMPRESSION: No disease.\n\nElectronically signed by: A. Example, MD\n",
                    "<p><b>Findings</b></p><p>"
                        + FINDINGS.formatted("two")
                        + "</p><p>Impression: No disease.</p>",
                    "{\\rtf1\\ansi **Befund:** "
                        + FINDINGS.formatted("three")
                        + "\\par Beurteilung: No disease.\\par}",
                    "FINDINGS:\nIMPRESSION: No disease.",
                    "FINDINGS: " + FINDINGS.formatted("five <x> is") + " IMPRESSION: No disease.")),
            "--set",
            "split.test-fraction=0");
    assertThat(manifest.at("/counts/train").asInt()).isEqualTo(4);
    assertThat(manifest.at("/counts/rejected").toString()).isEqualTo("{\"no_findings\":1}");
    JsonNode edits = manifest.at("/edits_by_source/reports");
    for (String edit : List.of("signature_cut", "html_decoded", "rtf_decoded", "markup_left")) {
      assertThat(edits.path(edit).asInt()).as(edit).isEqualTo(1);
    }
    assertThat(manifest.at("/sections_by_source/reports/findings").toString())
        .isEqualTo("{\"colon\":2,\"own_line\":1,\"marked\":1}");
    assertThat(manifest.at("/sections_by_source/reports/impression").toString())
        .isEqualTo("{\"colon\":3,\"in_line\":1}");
    for (JsonNode line : lines(dir.resolve("out/r/jsonl/train.jsonl"))) {
      assertThat(line.get("impression").asText()).isEqualTo("No disease.");
      assertThat(line.get("findings").asText()).startsWith("The lungs").endsWith("normal in size.");
    }
    assertThat(Files.readString(dir.resolve("out/r/card.html")))
        .contains("signature_cut", "own_line");
  }

  @Test
  void publishesNothingWhereTooLittleIsLeft() throws Exception {
    List<String> few = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      few.add(
          i < 2
              ? "FINDINGS: " + FINDINGS.formatted(i) + "\nIMPRESSION: No disease."
              : "Lungs: clear.");
    }
    Path reports = reports(few);
    fails(
        reports, "8 of 10 records were rejected at the stage section, more than the share of 0.7");
    fails(reports, "8 neither (see reports.text-form and reports.headers)");
    run(reports, "--set", "reject.max-share=0.8", "--set", "split.test-fraction=0");
    fails(
        reports, "train is empty", "--set", "reject.max-share=1", "--set", "split.test-fraction=1");
    fails(
        reports(List.of("FINDINGS: Clear.\nIMPRESSION: No disease.")),
        "1 short_findings (see clean.min-findings-words)");
  }

  @Test
  void refusesNamesThatAreNone() throws Exception {
    Path reports = reports(List.of("x"));
    for (String headers :
        List.of("languages=[xx]", "findings=[\"\"]", "impression=[\"a b c d e f g\"]")) {
      assertThatThrownBy(() -> run(reports, "--set", "reports.headers." + headers))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining("reports.headers");
    }
  }

  private void fails(Path reports, String message, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    args.addAll(List.of("--run-id", "none"));
    assertThatThrownBy(() -> run(reports, args.toArray(String[]::new)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining(message);
    assertThat(dir.resolve("out/none")).doesNotExist();
  }
}
