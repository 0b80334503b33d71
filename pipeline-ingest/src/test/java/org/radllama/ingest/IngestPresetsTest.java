package org.radllama.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The presets on made-up reports in the layouts of the published files. */
class IngestPresetsTest extends IngestTestBase {
  private static final Path CONF = Path.of(System.getProperty("radllama.root", "."), "conf");
  private static final String FINDINGS =
      "The lungs are clear and the heart number %d is normal in size.";

  @TempDir Path dir;

  private List<JsonNode> train(String preset, Path reports) throws Exception {
    ingest(
        2,
        "--config",
        CONF.resolve("ingest-" + preset + ".conf").toString(),
        "--reports",
        reports.toString(),
        "--out",
        dir.toString(),
        "--run-id",
        preset,
        "--set",
        "split.test-fraction=0",
        "--set",
        "dedup.near=false");
    return lines(dir.resolve(preset + "/jsonl/train.jsonl"));
  }

  @Test
  void readsCheXpertPlus() throws Exception {
    StringBuilder csv =
        new StringBuilder(
            ",path_to_image,path_to_dcm,frontal_lateral,ap_pa,deid_patient_id,patient_report_date_order,report,"
                + "section_narrative,section_clinical_history,section_history,section_comparison,section_technique,"
                + "section_procedure_comments,section_findings,section_impression,section_end_of_impression,"
                + "section_summary,section_accession_number,age,sex,race,ethnicity,split\n");
    for (int i = 0; i < 3; i++) {
      csv.append(i)
          .append(",train/patient0000")
          .append(i)
          .append("/study1/view1_frontal.jpg,x.dcm,Frontal,PA,");
      csv.append("patient0000").append(i).append(",1,\"whole\",,Cough.,,None.,Two views.,,\"\n");
      csv.append(format(FINDINGS, i)).append("\n\",\"\n1. No disease.\n\",,,,40,Male,,,train\n");
    }
    List<JsonNode> lines = train("chexpert-plus", Files.writeString(dir.resolve("c.csv"), csv));
    assertThat(lines).hasSize(3);
    for (JsonNode line : lines) {
      String patient = line.get("patient").asText();
      int i = patient.charAt(patient.length() - 1) - '0';
      assertThat(line.get("id").asText())
          .isEqualTo("chexpert-plus/train/" + patient + "/study1/view1_frontal.jpg");
      assertThat(line.get("findings").asText()).isEqualTo(format(FINDINGS, i));
      assertThat(line.get("impression").asText()).isEqualTo("1. No disease.");
      assertThat(line.get("indication").asText()).isEqualTo("Cough.");
      assertThat(line.get("comparison").asText()).isEqualTo("None.");
      assertThat(line.get("technique").asText()).isEqualTo("Two views.");
    }
  }

  @Test
  void readsMimicIvNote() throws Exception {
    StringBuilder csv =
        new StringBuilder(
            "note_id,subject_id,hadm_id,note_type,note_seq,charttime,storetime,text\n");
    for (int i = 0; i < 3; i++) {
      csv.append("1000003").append(i).append("-RR-14,1000003").append(i);
      csv.append(
          ",,RR,14,2180-05-06 21:19:00,2180-05-06 23:32:00,\"EXAMINATION:  CHEST (PA AND LAT)\n\n");
      csv.append("INDICATION:  ___ year old woman with cough.\n\nFINDINGS: \n\n");
      csv.append(format(FINDINGS, i)).append("\n\nIMPRESSION: \n\nNo acute disease.\n\"\n");
    }
    csv.append("10000039-AR-15,10000039,,AR,15,2180-05-06 21:19:00,,\"___ was told.\n\"\n");
    Path file = Files.write(dir.resolve("r.csv"), csv.toString().getBytes(StandardCharsets.UTF_8));
    List<JsonNode> lines = train("mimic-iv-note", file);
    assertThat(lines).hasSize(3);
    for (JsonNode line : lines) {
      String patient = line.get("patient").asText();
      assertThat(line.get("id").asText()).isEqualTo("mimic-iv-note/" + patient + "-RR-14");
      int i = patient.charAt(patient.length() - 1) - '0';
      assertThat(line.get("findings").asText()).isEqualTo(format(FINDINGS, i));
      assertThat(line.get("impression").asText()).isEqualTo("No acute disease.");
      assertThat(line.get("indication").asText()).contains("year old woman");
    }
    assertThat(counts(dir.resolve("mimic-iv-note")).at("/rejected").toString())
        .isEqualTo("{\"neither\":1}");
  }

  @Test
  void readsReXGradient() throws Exception {
    StringBuilder csv =
        new StringBuilder("id,PatientID,Indication,Comparison,Findings,Impression,ImagePath\n");
    for (int i = 0; i < 4; i++) {
      // The last row is another image of the first study.
      csv.append("s").append(i % 3).append(",p").append(i % 3).append(",Cough.,None.,\"");
      csv.append(format(FINDINGS, i % 3)).append("\",No disease.,../deid_png/");
      csv.append(i).append(".png\n");
    }
    List<JsonNode> lines = train("rexgradient", Files.writeString(dir.resolve("x.csv"), csv));
    assertThat(lines).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode line = lines.get(i);
      assertThat(line.get("id").asText()).isEqualTo("rexgradient/../deid_png/" + i + ".png");
      assertThat(line.get("patient").asText()).isEqualTo("p" + i);
      assertThat(line.get("findings").asText()).isEqualTo(format(FINDINGS, i));
      assertThat(line.get("impression").asText()).isEqualTo("No disease.");
      assertThat(line.get("indication").asText()).isEqualTo("Cough.");
      assertThat(line.get("comparison").asText()).isEqualTo("None.");
    }
    assertThat(counts(dir.resolve("rexgradient")).at("/duplicates/exact").asInt()).isEqualTo(1);
  }

  /** As the command in the preset makes it of two files of lines. */
  @Test
  void readsRadSum23() throws Exception {
    StringBuilder jsonl = new StringBuilder();
    for (int i = 0; i < 3; i++) {
      jsonl
          .append("{\"id\":\"train-")
          .append(i + 1)
          .append("\",\"split\":\"train\",\"findings\":\"");
      jsonl.append(format(FINDINGS, i)).append("\",\"impression\":\"no disease .\"}\n");
    }
    jsonl.append("{\"id\":\"test-1\",\"split\":\"test\",\"findings\":\"");
    jsonl.append(format(FINDINGS, 7)).append("\",\"impression\":\"no disease .\"}\n");
    List<JsonNode> lines = train("radsum23", Files.writeString(dir.resolve("r.jsonl"), jsonl));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2).get("id").asText()).isEqualTo("radsum23/train-3");
    assertThat(lines.get(2).get("findings").asText()).isEqualTo(format(FINDINGS, 2));
    assertThat(counts(dir.resolve("radsum23")).get("test").asInt()).isEqualTo(1);
  }
}
