package org.radllama.ingest.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.text.Resources;

/**
 * Identifiers in invented sentences: {@code planted.txt} marks them, {@code clean.txt} has none.
 */
class IdentifierScanTest {
  private static final Set<Identifier> ALL = EnumSet.allOf(Identifier.class);

  /** A sentence and where its identifiers are. */
  private record Sentence(Identifier kind, String text, List<Hit> planted) {
    static Sentence of(String line) {
      int tab = line.indexOf('\t');
      Identifier kind =
          tab < 0 ? null : Identifier.valueOf(line.substring(0, tab).toUpperCase(Locale.ROOT));
      StringBuilder text = new StringBuilder();
      List<Hit> planted = new ArrayList<>();
      String rest = line.substring(tab + 1);
      for (int at = rest.indexOf("[["); at >= 0; at = rest.indexOf("[[")) {
        int end = rest.indexOf("]]", at);
        text.append(rest, 0, at);
        int start = text.length();
        text.append(rest, at + 2, end);
        planted.add(new Hit(kind, start, text.length()));
        rest = rest.substring(end + 2);
      }
      return new Sentence(kind, text + rest, planted);
    }
  }

  private static List<Sentence> sentences(String file) {
    return Resources.text(IdentifierScanTest.class, file)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(Sentence::of)
        .toList();
  }

  @Test
  void findsWhatIsPlantedAndNamesItsKind() {
    List<Sentence> sentences = sentences("planted.txt");
    assertThat(sentences).hasSizeGreaterThan(140);
    Map<Identifier, Integer> found = new EnumMap<>(Identifier.class);
    for (Sentence sentence : sentences) {
      List<Hit> hits = IdentifierScan.hits(sentence.text(), ALL);
      for (Hit planted : sentence.planted()) {
        assertThat(hits)
            .as(sentence.text())
            .anyMatch(
                hit ->
                    hit.kind() == planted.kind()
                        && hit.start() < planted.end()
                        && hit.end() > planted.start());
        found.merge(planted.kind(), 1, Integer::sum);
      }
      assertThat(hits).as(sentence.text()).hasSameSizeAs(sentence.planted());
    }
    assertThat(found.keySet()).isEqualTo(ALL);
  }

  @Test
  void coversThemWhole() {
    List<String> partly = new ArrayList<>();
    for (Sentence sentence : sentences("planted.txt")) {
      List<Hit> hits = IdentifierScan.hits(sentence.text(), ALL);
      for (Hit planted : sentence.planted()) {
        if (hits.stream()
            .noneMatch(h -> h.start() <= planted.start() && h.end() >= planted.end())) {
          partly.add(sentence.text());
        }
      }
    }
    // A second title stays: it names nobody.
    assertThat(partly).containsExactly("Prof. Dr. Klaus Weber agrees.");
  }

  @Test
  void findsNothingInWhatOnlyLooksLikeOne() {
    for (Sentence sentence : sentences("clean.txt")) {
      assertThat(IdentifierScan.hits(sentence.text(), ALL)).as(sentence.text()).isEmpty();
    }
  }

  @Test
  void leavesOutKindsThatAreNotAskedFor() {
    String text = "Dr. Smith saw her on 2150-01-02, MRN 1234567.";
    assertThat(IdentifierScan.hits(text, Set.of(Identifier.DATE)))
        .containsExactly(new Hit(Identifier.DATE, 21, 31));
    // Also the number that the label names is no telephone then.
    assertThat(IdentifierScan.hits("NHS number 943 476 5919", Set.of(Identifier.PHONE))).isEmpty();
  }

  /** Brackets alone make no placeholder of what they hold. */
  @Test
  void looksIntoBracketsThatHoldMoreThanAMark() {
    for (String told :
        List.of(
            "Seen. [MRN 1234567] Clear.",
            "Seen. [DOB 01/01/1950] Clear.",
            "Seen. [doctor Jane Doe] Clear.",
            "Seen. [phone 555-123-4567] Clear.")) {
      assertThat(IdentifierScan.hits(told, ALL)).as(told).isNotEmpty();
    }
    for (String mark :
        List.of(
            "[NAME]",
            "[PATIENT NAME]",
            "[DATE 1]",
            "<DATE_2>",
            "[Doctor A]",
            "[redacted]",
            "<NAME/>",
            "[PHONE NUMBER]",
            "[LAST_NAME]",
            "[ID 12]",
            "[FIRST NAME] [LAST NAME]")) {
      assertThat(IdentifierScan.hits("Seen by Dr. " + mark + " on " + mark + ".", ALL))
          .as(mark)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1", "1 ", "a", "A", "a.", "A. ", "Dr. ", "Dr. A", "1-", "1/", "a@", "John ", "St. A ",
        "[**", "Mar 1 ", "1 Mar ", "call 1", "MRN A", "fe80:", "1.", "van ", "+1 ", "http://",
        "ab-", "\n"
      })
  void readsHostileTextToItsEnd(String unit) {
    String text = unit.repeat(40_000 / unit.length()) + " Seen on 2150-01-02 by Dr. Smith";
    List<Hit> hits = IdentifierScan.hits(text, ALL);
    assertThat(hits).anyMatch(hit -> hit.end() == text.length());
  }
}
