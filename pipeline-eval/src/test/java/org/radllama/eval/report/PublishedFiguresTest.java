package org.radllama.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.TestSet;

/** Cited figures stand beside ours only for the same reports. */
class PublishedFiguresTest {
  private static final Corpus OPENI = new Corpus("openi", "test");

  @Test
  void otherReportsAndOtherCorporaStandApart() {
    TestSet none = new TestSet();
    assertThat(PublishedFigures.matching(OPENI, none)).isEmpty();
    assertThat(PublishedFigures.others(OPENI, List.of()))
        .extracting(PublishedFigures::name)
        .contains("Radiology-Llama2, OpenI", "WGSum+CL, OpenI")
        .noneMatch(name -> name.contains("MIMIC"));
    assertThat(PublishedFigures.others(new Corpus("ward", "none"), List.of())).isEmpty();
  }

  @Test
  @EnabledIfSystemProperty(named = "radllama.openi", matches = ".+")
  void thePublishedSplitsReportsAreKnownByTheirIds() throws IOException {
    TestSet set = new TestSet();
    List<String> ids = new ArrayList<>();
    for (String line :
        Files.readAllLines(
            Path.of(System.getProperty("radllama.openi"), "inlg23_openi_split.csv"))) {
      if (line.endsWith(",test")) {
        ids.add("openi/" + line.substring(0, line.indexOf(',')));
      }
    }
    ids.forEach(id -> set.add(id, List.of("any")));
    assertThat(PublishedFigures.matching(OPENI, set))
        .extracting(PublishedFigures::rougeLsum)
        .containsExactly(0.645, 0.66);
    set.add("openi/other", List.of());
    assertThat(PublishedFigures.matching(OPENI, set)).isEmpty();
  }
}
