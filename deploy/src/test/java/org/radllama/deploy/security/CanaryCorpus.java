package org.radllama.deploy.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.radllama.ingest.synthetic.SyntheticCorpus;

/**
 * Synthetic reports with one more word in every part of each, whole and broken. File names are free
 * of it.
 */
final class CanaryCorpus {
  /** In no other text, log or class name. */
  static final String WORD = "zebrafinch";

  private static final String SENTENCE = "Zebrafinch. ";
  private static final int STUDIES = 80;
  private static final int REPORTS = 40;

  private final Path folder;

  /** Writes all below a folder. */
  CanaryCorpus(Path folder) throws IOException {
    this.folder = Files.createDirectories(folder);
    SyntheticCorpus corpus = new SyntheticCorpus(11);
    corpus.writeMimicCxr(folder.resolve("mimic-cxr"), STUDIES);
    corpus.writeOpenI(folder.resolve("openi"), REPORTS);
    edit(mimicCxr(), ".txt", text -> text.replaceAll("(?m)^( [A-Z]+:  )", "$1" + SENTENCE));
    edit(
        openI(),
        ".xml",
        text ->
            text.replaceAll("(<AbstractText[^>]*>)", "$1" + SENTENCE)
                .replace("<MeSH>", "<MeSH>\n    <major>" + WORD + "/left</major>")
                .replace("<ArticleTitle>", "<ArticleTitle>" + SENTENCE));
    writeBroken();
  }

  private interface Edit {
    String of(String text);
  }

  private static void edit(Path below, String ending, Edit edit) throws IOException {
    try (Stream<Path> files = Files.walk(below)) {
      for (Path file : files.filter(f -> f.toString().endsWith(ending)).toList()) {
        Files.writeString(file, edit.of(Files.readString(file)));
      }
    }
  }

  Path mimicCxr() {
    return folder.resolve("mimic-cxr");
  }

  Path mimicCxrSplit() {
    return mimicCxr().resolve("mimic-cxr-2.0.0-split.csv.gz");
  }

  Path openI() {
    return folder.resolve("openi/ecgen-radiology");
  }

  Path openISplit() {
    return folder.resolve("openi/split.csv");
  }

  /** A broken input by its name: see {@link #writeBroken}. */
  Path broken(String name) {
    return folder.resolve("broken").resolve(name);
  }

  private void writeBroken() throws IOException {
    Path study = Files.createDirectories(broken("encodings/files/p10/p10000000"));
    String text = " FINDINGS:  " + SENTENCE;
    Files.write(
        study.resolve("s50000001.txt"), (text + "\u00e9").getBytes(StandardCharsets.ISO_8859_1));
    Files.write(study.resolve("s50000002.txt"), text.getBytes(StandardCharsets.UTF_16));
    Files.writeString(study.resolve("s50000003.txt"), text + "\u0000");
    Path xml = Files.createDirectories(broken("xml"));
    String abstractText = "<eCitation><AbstractText Label='FINDINGS'>" + SENTENCE;
    Files.writeString(xml.resolve("1.xml"), abstractText);
    Files.writeString(xml.resolve("2.xml"), abstractText + "<zebrafinch></AbstractText>");
    Files.writeString(xml.resolve("3.xml"), abstractText + "&zebrafinch;</AbstractText>");
    Files.writeString(xml.resolve("4.xml"), "<!DOCTYPE e [<!ENTITY zebrafinch 'a'>]>");
    Files.writeString(xml.resolve("5.xml"), "<eCitation zebrafinch=zebrafinch/>");
    write("rows.csv", "uid,findings,impression", "1,\"" + SENTENCE + "\"x,a", SENTENCE + ",b");
    write("no-header.csv", SENTENCE + "," + SENTENCE + "," + SENTENCE, "1,2,3");
    String json = "{\"id\":\"1\",\"findings\":\"" + SENTENCE;
    write("lines.jsonl", json, json + "\" zebrafinch}", json + "\\zebrafinch\"}", SENTENCE);
    write("split-word.csv", "id,split", "1,train", "2," + SENTENCE);
    write("split-cells.csv", "id,split", "1,train", SENTENCE);
    String row = "Clear lungs. " + SENTENCE + ",";
    write("split-crossing.csv", "id,split", row + "train", row + "test");
    write("split.json", "{\"test\": [1, 2], \"" + SENTENCE);
    write("split-key.json", "{\"" + SENTENCE + "\": [1, 2]}");
    write("predictions.jsonl", "{\"id\":\"1\",\"prediction\":\"" + SENTENCE);
    write("no-prediction.jsonl", "{\"id\":\"1\",\"zebrafinch\":\"" + SENTENCE + "\"}");
    write("scores.csv", "id," + SENTENCE, "1,2");
    write("no-number.csv", "id,radgraph", "1,zebrafinch");
  }

  private void write(String name, String... lines) throws IOException {
    Files.write(broken(name), List.of(lines));
  }

  /** A copy of a folder of data in which each file of one ending lacks its last third. */
  static Path damaged(Path whole, Path copy, String ending) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(whole)) {
      files.filter(Files::isRegularFile).forEach(found::add);
    }
    for (Path file : found) {
      Path to = copy.resolve(whole.relativize(file));
      Files.createDirectories(to.getParent());
      byte[] bytes = Files.readAllBytes(file);
      int length = file.toString().endsWith(ending) ? bytes.length * 2 / 3 : bytes.length;
      Files.write(to, Arrays.copyOf(bytes, length));
    }
    return copy;
  }
}
