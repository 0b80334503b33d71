package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.run.ExitCode;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;

/** What happens to identifiers on the way to a dataset. */
class IngestPrivacyTest extends IngestTestBase {
  private static final String NAME = "Featherstonehaugh";
  private static final String DATE = "03/14/2150";

  @TempDir Path dir;

  /** Ten reports, two of them with identifiers. */
  private Path reports() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String findings =
          "The lungs are clear and the heart number " + i + " of this series is normal in size.";
      lines.add(
          Json.mapper()
              .createObjectNode()
              .put("id", "r" + i)
              .put("findings", i == 3 ? "Discussed with Dr. " + NAME + ". " + findings : findings)
              .put("impression", "No disease.")
              .put("comparison", i == 7 ? "Film of " + DATE + "." : "None.")
              .toString());
    }
    return Files.write(dir.resolve("reports.jsonl"), lines);
  }

  private Path run(String id, String... more) throws Exception {
    List<String> args =
        new ArrayList<>(
            List.of("--reports", reports().toString(), "--out", dir.resolve("out").toString()));
    args.addAll(List.of("--run-id", id));
    for (String set :
        List.of(
            "reports.comparison=comparison",
            "dedup.near=false",
            "split.test-fraction=0",
            "instruct.sections=[comparison]")) {
      args.addAll(List.of("--set", set));
    }
    for (String set : more) {
      args.addAll(List.of("--set", set));
    }
    ingest(2, args.toArray(String[]::new));
    return dir.resolve("out").resolve(id);
  }

  private static JsonNode manifest(Path run) throws Exception {
    return Json.mapper().readTree(Files.readAllBytes(run.resolve("manifest.json")));
  }

  @Test
  void stopsAboveTheShareAndQuotesNothing() {
    assertThatThrownBy(() -> run("stopped", "privacy.max-share=0.1"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.INPUT))
        .hasMessageContaining("2 of 10 reports")
        .hasMessageContaining("date 1, name 1")
        .hasMessageContaining("name in findings of reports/r3 at characters 19 to 36")
        .hasMessageContaining("privacy.mask = all")
        .satisfies(e -> assertThat(e.toString()).doesNotContain(NAME, DATE));
    assertThat(dir.resolve("out/stopped")).doesNotExist();
  }

  @Test
  void countsAndPlacesWhatItLetsThrough() throws Exception {
    Path run = run("through", "privacy.max-share=0.2");
    JsonNode found = manifest(run).at("/identifiers_by_source/reports");
    assertThat(found.toString())
        .isEqualTo(
            "{\"reports\":2,\"kinds\":{\"date\":{\"left\":1,\"masked\":0,\"reports\":1},"
                + "\"name\":{\"left\":1,\"masked\":0,\"reports\":1}}}");
    List<JsonNode> places = lines(run.resolve("identifiers.jsonl"));
    assertThat(places).hasSize(2);
    assertThat(quoted(run, places)).containsExactlyInAnyOrder(NAME, DATE);
    for (String file : List.of("identifiers.jsonl", "manifest.json", "card.html")) {
      assertThat(Files.readString(run.resolve(file))).doesNotContain(NAME).doesNotContain(DATE);
    }
    assertThat(Files.readString(run.resolve("card.html")))
        .contains("Reports in which an identifier remains: 2 of 10");
  }

  /** What stands at the places, in the order of their list. */
  private static List<String> quoted(Path run, List<JsonNode> places) throws Exception {
    List<String> quoted = new ArrayList<>();
    List<JsonNode> rows = lines(run.resolve("jsonl/train.jsonl"));
    for (JsonNode place : places) {
      rows.stream()
          .filter(row -> row.get("id").equals(place.get("id")))
          .map(row -> row.get(place.get("column").asText()).asText())
          .map(text -> text.substring(place.get("start").asInt(), place.get("end").asInt()))
          .forEach(quoted::add);
    }
    return quoted;
  }

  @Test
  void masksAllOrSomeKindsInEveryColumn() throws Exception {
    Path run = run("masked", "privacy.mask=true", "privacy.max-share=0");
    String rows = Files.readString(run.resolve("jsonl/train.jsonl"));
    assertThat(rows)
        .doesNotContain(NAME, DATE)
        .contains("Discussed with Dr. ___. The lungs", "Comparison: Film of ___.");
    assertThat(quoted(run, lines(run.resolve("identifiers.jsonl"))))
        .containsExactly(PrivacyPolicy.MASK, PrivacyPolicy.MASK);
    assertThat(manifest(run).at("/edits_by_source/reports/identifiers_masked").asInt())
        .isEqualTo(2);
    assertThatThrownBy(() -> run("dates", "privacy.mask=[date]", "privacy.max-share=0"))
        .hasMessageContaining("1 of 10 reports")
        .hasMessageContaining("(name 1)");
  }

  @Test
  void looksForTheKindsThatAreAskedFor() throws Exception {
    Path run = run("kinds", "privacy.kinds=[phone]", "privacy.max-share=0");
    assertThat(lines(run.resolve("identifiers.jsonl"))).isEmpty();
    assertThatThrownBy(() -> run("none", "privacy.kinds=[fax]"))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
        .hasMessageContaining("privacy.kinds must be among");
  }

  @Test
  void theCardClaimsWhatIsKnown() throws Exception {
    Path run = run("unknown", "privacy.max-share=1");
    String card = Files.readString(run.resolve("card.html"));
    assertThat(card)
        .contains("not stated", "No column says which patient a report is of")
        .doesNotContain("English", "adults", "MIMIC");
    assertThat(croissant(run).has("inLanguage")).isFalse();
    run =
        run(
            "said",
            "privacy.max-share=1",
            "reports.patient=id",
            "card.license=\"our terms\"",
            "card.language=de",
            "card.population=\"children of one ward\"");
    card = Files.readString(run.resolve("card.html"));
    assertThat(card)
        .contains("our terms", "children of one ward")
        .doesNotContain("No column says which patient");
    assertThat(croissant(run).get("inLanguage").asText()).isEqualTo("de");
    assertThat(croissant(run).get("license").toString()).isEqualTo("[\"our terms\"]");
    run = run("made", "privacy.max-share=1", "reports.source=mimic-cxr", "card.synthetic=true");
    assertThat(Files.readString(run.resolve("card.html")))
        .contains("synthetic")
        .doesNotContain("PhysioNet", "patient data");
  }

  private static JsonNode croissant(Path run) throws Exception {
    return Json.mapper().readTree(Files.readAllBytes(run.resolve("croissant.json")));
  }

  @Test
  void refusesClaimsThatSayNothing() {
    for (String claim :
        List.of(
            "name=\" \"",
            "license=\" \"",
            "date-published=\"01/02/2026\"",
            "language=\"English spoken\"",
            "url=\"our page\"")) {
      assertThatThrownBy(() -> run("refused", "card." + claim))
          .isInstanceOfSatisfying(
              JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
          .hasMessageContaining("card." + claim.substring(0, claim.indexOf('=')));
    }
  }

  /** Four reports of two patients, one of them too short. */
  private String[] known(String... more) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      lines.add(
          Json.mapper()
              .createObjectNode()
              .put("id", "ACC-2024-0012" + i)
              .put("patient", i < 2 ? "DOE^JANE" : "MRN0077123")
              .put(
                  "findings",
                  i == 3
                      ? "Clear."
                      : "The lungs are clear, no " + i + " of all the nodules is left there now.")
              .put("impression", "No disease.")
              .toString());
    }
    lines.add("{");
    Path reports = Files.write(dir.resolve("known.jsonl"), lines);
    Path splits =
        Files.writeString(
            dir.resolve("splits.csv"),
            "id,split\nACC-2024-00120,train\nACC-2024-00121,train\nACC-2024-00122,test\nACC-2024-00123,test\n");
    Path background =
        Files.writeString(dir.resolve("background.csv"), "id,history\nACC-2024-00122,Cough.\n");
    List<String> args =
        new ArrayList<>(
            List.of("--reports", reports.toString(), "--out", dir.resolve("out").toString()));
    args.addAll(List.of("--split-file", "reports=" + splits));
    args.addAll(List.of("--background", "reports=" + background));
    for (String set : List.of("reports.patient=patient", "read.max-unreadable-share=1")) {
      args.addAll(List.of("--set", set));
    }
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  @Test
  void saysThatIdsLookLikeAHospitalsOwn() throws Exception {
    String log;
    try (CapturedLog captured = new CapturedLog()) {
      ingest(2, known("--run-id", "known"));
      log = captured.text();
    }
    Path run = dir.resolve("out/known");
    String said =
        "4 ids of reports and 2 of patients have the form of identifiers (record 5, name 1)";
    assertThat(log)
        .contains(said)
        .contains("reports.hash-ids = true")
        .doesNotContain("ACC-", "DOE");
    assertThat(Files.readString(run.resolve("card.html"))).contains(said);
    assertThat(manifest(run).at("/id_forms_by_source").toString())
        .isEqualTo(
            "{\"reports\":{\"reports\":{\"record\":4},\"patients\":{\"record\":1,\"name\":1}}}");
  }

  @Test
  void publishesDigestsInPlaceOfIds() throws Exception {
    Path salt = Files.writeString(dir.resolve("salt"), "a salt of many bytes, for a test");
    String[] hashed = {
      "--run-id", "hashed", "--set", "reports.hash-ids=true", "--set", "reports.hash-salt=" + salt
    };
    ingest(2, known(hashed));
    Path run = dir.resolve("out/hashed");
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain("ACC-2024", "JANE", "MRN0", "a salt of many");
      }
    }
    JsonNode test = lines(run.resolve("jsonl/test.jsonl")).get(0);
    // printf ACC-2024-00122 | openssl dgst -sha256 -hmac "a salt of many bytes, for a test"
    assertThat(test.get("id").asText()).isEqualTo("reports/cdf37d2c8a55c325ff1fc160526f5f31");
    assertThat(test.get("patient").asText()).isEqualTo("e6d24aca4cce2cd00e1a252bd02488e6");
    assertThat(test.get("history").asText()).isEqualTo("Cough.");
    List<JsonNode> train = lines(run.resolve("jsonl/train.jsonl"));
    assertThat(train).hasSize(2);
    assertThat(train.get(0).get("patient")).isEqualTo(train.get(1).get("patient"));
    assertThat(lines(run.resolve("rejected.jsonl")))
        .extracting(line -> line.get("id").asText() + " " + line.get("reason").asText())
        .containsExactlyInAnyOrder(
            "reports/1404c74a025e4381318699ae29f12cc9 short_findings",
            "reports/row-5 malformed_json");
    assertThat(manifest(run).at("/id_forms_by_source").toString()).isEqualTo("{}");
    Files.writeString(salt, "another salt, of as many bytes..");
    assertThatThrownBy(() -> ingest(2, known(hashed)))
        .isInstanceOfSatisfying(
            JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.TAKEN))
        .hasMessageContaining("input hash-salt");
  }

  /** Names of files stand for reports without ids. */
  @Test
  void namesOfFilesAreHashedOrCountedToo() throws Exception {
    Path folder = Files.createDirectories(dir.resolve("named"));
    String row =
        "{\"id\":\"r%d\",\"findings\":\"The lungs are clear, no %d of all the nodules is left.\",\"impression\":\"No disease.\"}\n";
    Files.writeString(folder.resolve("Jane_Doe.jsonl"), row.replace("%d", "1") + "{\n");
    Files.writeString(folder.resolve("plain.jsonl"), row.replace("%d", "2"));
    Files.writeString(folder.resolve("MRN0077123.pdf"), "%PDF");
    Path salt = Files.writeString(dir.resolve("salt"), "a salt of many bytes, for a test");
    String[] args = {
      "--reports", folder.toString(), "--out", dir.resolve("out").toString(), "--run-id", "plain",
      "--set", "split.validate-fraction=0", "--set", "split.test-fraction=0", "--set",
          "reject.max-share=1",
      "--set", "read.max-unreadable-share=1", "--set", "reports.hash-ids=false"
    };
    ingest(2, args);
    assertThat(manifest(dir.resolve("out/plain")).at("/id_forms_by_source/reports").toString())
        .isEqualTo("{\"reports\":{\"record\":1,\"name\":1},\"patients\":{}}");
    args[5] = "digests";
    args[15] = "reports.hash-ids=true";
    String[] hashed = Arrays.copyOf(args, 18);
    hashed[16] = "--set";
    hashed[17] = "reports.hash-salt=" + salt;
    ingest(2, hashed);
    Path run = dir.resolve("out/digests");
    assertThat(Files.readString(run.resolve("rejected.jsonl")))
        .contains("/row-2\"")
        .doesNotContain("Jane", "Doe", "MRN0077123");
    assertThat(manifest(run).at("/id_forms_by_source").toString()).isEqualTo("{}");
  }

  @Test
  void refusesToHashWithoutASaltThatIsOne() throws Exception {
    Path salt = Files.writeString(dir.resolve("salt"), "too short");
    assertThatThrownBy(() -> ingest(2, known("--set", "reports.hash-ids=true")))
        .hasMessageContaining("go together");
    assertThatThrownBy(
            () ->
                ingest(
                    2,
                    known("--set", "reports.hash-ids=true", "--set", "reports.hash-salt=" + salt)))
        .hasMessageContaining("fewer than 16 bytes")
        .satisfies(e -> assertThat(e.toString()).doesNotContain("too short"));
  }
}
