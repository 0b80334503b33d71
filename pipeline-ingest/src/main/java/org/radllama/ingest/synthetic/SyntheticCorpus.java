package org.radllama.ingest.synthetic;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.radllama.dataset.Split;
import org.radllama.text.Resources;

/** Writes generated studies the way MIMIC-CXR and OpenI lie on disk. */
public final class SyntheticCorpus {
  /** Studies a patient has in the MIMIC-CXR layout. */
  private static final int STUDIES_PER_PATIENT = 2;

  private static final int LINE_WIDTH = 78;
  private static final String OPENI = Resources.text(SyntheticCorpus.class, "openi.xml");

  private final ReportGenerator generator;

  /** A corpus drawn with a seed. */
  public SyntheticCorpus(long seed) {
    this.generator = new ReportGenerator(seed);
  }

  /**
   * Writes {@code files/p10/p10000000/s50000000.txt} and on, and {@code
   * mimic-cxr-2.0.0-split.csv.gz} with one row an image: of twenty patients sixteen train, one
   * validates, three test.
   *
   * @param studies how many reports, at least 1
   */
  public void writeMimicCxr(Path root, int studies) throws IOException {
    Files.createDirectories(root);
    try (Writer split = gzip(root.resolve("mimic-cxr-2.0.0-split.csv.gz"))) {
      split.write("dicom_id,study_id,subject_id,split\n");
      for (int i = 0; i < studies; i++) {
        int patient = 10_000_000 + i / STUDIES_PER_PATIENT;
        int study = 50_000_000 + i;
        Path folder =
            root.resolve(format("files/p%s/p%d", String.valueOf(patient).substring(0, 2), patient));
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("s" + study + ".txt"), mimicText(generator.report(i), i));
        for (int image = 0; image < 2; image++) {
          split.write(
              format(
                  "%08x-%d,%d,%d,%s\n",
                  study * 31, image, study, patient, splitOf(patient).label()));
        }
      }
    }
  }

  /**
   * Writes {@code ecgen-radiology/1.xml} and on, and {@code split.csv} (id, split).
   *
   * @param reports how many, at least 1
   */
  public void writeOpenI(Path root, int reports) throws IOException {
    Path folder = Files.createDirectories(root.resolve("ecgen-radiology"));
    StringBuilder split = new StringBuilder("id,split\n");
    for (int n = 1; n <= reports; n++) {
      Files.writeString(
          folder.resolve(n + ".xml"), openIText(generator.report(1_000_000_000L + n), n));
      split.append(n).append(',').append(splitOf(n).label()).append('\n');
    }
    Files.writeString(root.resolve("split.csv"), split);
  }

  private static Split splitOf(int patient) {
    int of = Math.floorMod(patient * 7, 20);
    return of < 16 ? Split.TRAIN : of == 16 ? Split.VALIDATE : Split.TEST;
  }

  /** A report file; every fortieth lacks its findings, as real ones do. */
  private static String mimicText(SyntheticReport report, int index) {
    StringBuilder text = new StringBuilder(" ".repeat(32)).append("FINAL REPORT\n");
    section(text, "EXAMINATION", "Chest radiograph.");
    section(text, "INDICATION", report.indication());
    section(text, "COMPARISON", report.comparison());
    if (index % 40 != 39) {
      section(text, "FINDINGS", report.findings());
    }
    section(text, "IMPRESSION", report.impression());
    return text.toString();
  }

  private static void section(StringBuilder text, String name, String body) {
    text.append(" ").append(name).append(":  ");
    int column = name.length() + 4;
    boolean first = true;
    for (String word : body.split(" ")) {
      if (!first && column + 1 + word.length() > LINE_WIDTH) {
        text.append("\n ");
        column = 1;
      } else if (!first) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
      first = false;
    }
    text.append("\n \n");
  }

  private static String openIText(SyntheticReport report, int n) {
    List<String> majors = List.of(report.major().split(";"));
    StringBuilder mesh = new StringBuilder();
    majors.forEach(
        major ->
            mesh.append("    <major>")
                .append(escape(major.toLowerCase(Locale.ROOT)))
                .append("</major>\n"));
    return format(
        OPENI,
        n,
        openI(report.comparison()),
        openI(report.indication()),
        openI(report.findings()),
        openI(report.impression()),
        mesh);
  }

  /** OpenI marks what it removed as XXXX. */
  private static String openI(String text) {
    return escape(text.replace("___", "XXXX"));
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static Writer gzip(Path file) throws IOException {
    return new OutputStreamWriter(
        new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8);
  }
}
