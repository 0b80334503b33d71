package org.radllama.ingest.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.Background;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.read.IdHash;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Report;

class SplitTest {
  @Test
  void readsMimicsImageRowsGzippedAsStudiesInFirstRowOrder() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(
          "dicom_id,study_id,subject_id,split\na,52,12,test\nb,51,11,train\nc,52,12,test\nd,53,13,validate\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    SplitTable table = read("mimic-cxr", bytes.toByteArray());
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.find("mimic-cxr/s52").orElseThrow())
        .isEqualTo(new SplitTable.Entry(Split.TEST, 0));
    assertThat(table.find("mimic-cxr/s51").orElseThrow().position()).isEqualTo(1);
    assertThat(table.find("mimic-cxr/s54")).isEmpty();
    assertThat(table.validates()).isTrue();
  }

  @Test
  void refusesATruncatedGzip() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write("id,split\n1,train\n".repeat(50).getBytes(StandardCharsets.UTF_8));
    }
    byte[] half = Arrays.copyOf(bytes.toByteArray(), bytes.size() - 9);
    assertThatThrownBy(() -> read("openi", half))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("cannot read split.csv to its end");
  }

  @Test
  void readsJsonWithAndWithoutTrainAndCsv() {
    SplitTable rest = read("openi", "{\"test\": [3, \"CXR1\"]}");
    assertThat(rest.find("openi/CXR1").orElseThrow())
        .isEqualTo(new SplitTable.Entry(Split.TEST, 1));
    assertThat(rest.find("openi/CXR9"))
        .isEqualTo(Optional.of(new SplitTable.Entry(Split.TRAIN, OrderKey.UNLISTED)));
    SplitTable full = read("openi", "{\"train\": [2], \"test\": [3], \"val\": [4]}");
    assertThat(full.find("openi/CXR9")).isEmpty();
    assertThat(full.find("openi/CXR4").orElseThrow().split()).isEqualTo(Split.VALIDATE);
    SplitTable csv = read("openi", "id,split\r\n7,dev\r\nCXR8,train\r\n");
    assertThat(csv.find("openi/CXR7").orElseThrow().split()).isEqualTo(Split.VALIDATE);
  }

  @Test
  void refusesCrossingPatientsAndReportsWithTheirIds() {
    refused(
        "dicom_id,study_id,subject_id,split\na,51,11,train\nb,52,11,test\n",
        "puts into more than one split: mimic-cxr/p11 (test, train)");
    refused("id,split\n51,train\n51,test\n", "mimic-cxr/s51 (test, train)");
    refused("id,split\n51,holdout\n", "row 2 is not a split's name");
    refused("id,split\n51\n", "row 2 has not the header's 2 cells");
    refused("{\"test\": 3}", "test is not a list of ids");
    refused("{\"test\": [", "is not JSON");
    refused("a,b\n", "expected a header");
    refused("", "expected a header");
  }

  @Test
  void splitsPatientsBySeedAlone() {
    SeededSplit split = new SeededSplit(5, 0.2, 0.1);
    Map<Split, Long> n =
        IntStream.range(0, 20_000)
            .mapToObj(i -> split.split("openi", "CXR" + i))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    // 0.2 and 0.08 of 20,000, four standard deviations wide.
    assertThat(n.get(Split.TEST)).isBetween(3774L, 4226L);
    assertThat(n.get(Split.VALIDATE)).isBetween(1447L, 1753L);
    assertThat(IntStream.range(0, 1000).filter(i -> differs(split, i)).count()).isPositive();
  }

  private static boolean differs(SeededSplit split, int i) {
    return split.split("openi", "CXR" + i)
        != new SeededSplit(6, 0.2, 0.1).split("openi", "CXR" + i);
  }

  @Test
  void takesValidateFromTrainOnlyWhereTheFileHasNone() {
    SeededSplit all = new SeededSplit(1, 1, 1);
    Splitter with =
        new Splitter(all, Map.of("openi", read("openi", "{\"train\":[1],\"val\":[2]}")));
    Splitter without =
        new Splitter(all, Map.of("openi", read("openi", "{\"train\":[1],\"test\":[2]}")));
    assertThat(place(with, 1)).isEqualTo(Split.TRAIN);
    assertThat(place(without, 1)).isEqualTo(Split.VALIDATE);
    assertThat(place(without, 2)).isEqualTo(Split.TEST);
    assertThat(with.place(report(9)).rejection().reason()).isEqualTo(Reason.NOT_IN_SPLIT_FILE);
  }

  private static Split place(Splitter splitter, int n) {
    return splitter.place(report(n)).value().split();
  }

  private static Report report(int n) {
    return new Report(
        "openi/CXR" + n,
        "openi",
        "CXR" + n,
        n,
        Label.UNKNOWN,
        "f",
        "i",
        Background.NONE,
        null,
        Edits.NONE);
  }

  private static void refused(String content, String message) {
    assertThatThrownBy(() -> read("mimic-cxr", content))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("split.csv")
        .hasMessageContaining(message);
  }

  private static SplitTable read(String source, String content) {
    return read(source, content.getBytes(StandardCharsets.UTF_8));
  }

  private static SplitTable read(String source, byte[] content) {
    return SplitFileReader.read(
        source, "split.csv", new ByteArrayInputStream(content), IdHash.NONE);
  }
}
