package org.radllama.eval.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.radllama.eval.OpenISplit;

class FindingLabellerTest {
  private static final Map<Observation, String> NAMES = new EnumMap<>(Observation.class);

  static {
    NAMES.put(Observation.ENLARGED_CARDIOMEDIASTINUM, "mediastinal widening");
    NAMES.put(Observation.CARDIOMEGALY, "cardiomegaly");
    NAMES.put(Observation.LUNG_LESION, "lung nodule");
    NAMES.put(Observation.LUNG_OPACITY, "infiltrate");
    NAMES.put(Observation.EDEMA, "pulmonary edema");
    NAMES.put(Observation.CONSOLIDATION, "consolidation");
    NAMES.put(Observation.PNEUMONIA, "pneumonia");
    NAMES.put(Observation.ATELECTASIS, "atelectasis");
    NAMES.put(Observation.PNEUMOTHORAX, "pneumothorax");
    NAMES.put(Observation.PLEURAL_EFFUSION, "pleural effusion");
    NAMES.put(Observation.PLEURAL_OTHER, "pleural thickening");
    NAMES.put(Observation.FRACTURE, "rib fracture");
    NAMES.put(Observation.SUPPORT_DEVICES, "chest tube");
  }

  private final FindingLabeller labeller = new FindingLabeller();

  @Test
  void readsHandLabelledSentences() throws IOException {
    SoftAssertions all = new SoftAssertions();
    List<String> lines = lines();
    assertThat(lines).hasSizeGreaterThan(90);
    for (String line : lines) {
      int tab = line.indexOf('\t');
      String text = line.substring(0, tab).replace("\\n", "\n");
      all.assertThat(shown(labeller.label(text)))
          .as(text)
          .isEqualTo(sorted(line.substring(tab + 1)));
    }
    all.assertAll();
  }

  /** Invented before the rules were written, by the reading of a radiologist. */
  @Test
  void readsHardCases() throws IOException {
    List<String> cases = lines("hard-cases.tsv");
    assertThat(cases).hasSizeGreaterThan(300);
    SoftAssertions all = new SoftAssertions();
    for (String line : cases) {
      String[] parts = line.split("\t");
      String text = parts[1].replace("\\n", "\n");
      FindingLabels labels = labeller.label(text);
      for (String expected : parts[2].split("; ")) {
        String[] sides = expected.split("=");
        String got =
            "ANUP".substring(labels.of(Observation.of(sides[0])).compareTo(Assertion.ABSENT));
        String state = got.substring(0, 1);
        boolean right =
            switch (sides[1].charAt(0)) {
              case '*' -> true;
              case '!' -> !state.equals(sides[1].substring(1));
              default -> state.equals(sides[1]);
            };
        all.assertThat(right).as(text + " " + expected + " not " + state).isTrue();
      }
    }
    all.assertAll();
  }

  /** What is labelled and what is shown as the reason are the same, and the words are there. */
  @Test
  void evidenceAgreesWithLabelsAndStandsInTheText() throws IOException {
    List<String> texts = new ArrayList<>();
    lines("hard-cases.tsv").forEach(l -> texts.add(l.split("\t")[1].replace("\\n", "\n")));
    lines().forEach(l -> texts.add(l.substring(0, l.indexOf('\t'))));
    texts.add(String.join(" ", texts));
    for (String text : texts) {
      FindingLabels labels = labeller.label(text);
      Map<Observation, Assertion> strongest = new EnumMap<>(Observation.class);
      int last = 0;
      for (Evidence evidence : labeller.evidence(text)) {
        strongest.merge(
            evidence.observation(), evidence.assertion(), (a, b) -> a.compareTo(b) > 0 ? a : b);
        assertThat(evidence.mention().of(text)).isNotBlank();
        assertThat(evidence.mention().start()).isGreaterThanOrEqualTo(last);
        last = evidence.mention().start();
        assertThat(evidence.cue() == null).isEqualTo(evidence.assertion() == Assertion.POSITIVE);
        if (evidence.cue() != null) {
          assertThat(evidence.cue().of(text)).isNotBlank();
        }
      }
      for (Observation observation : NAMES.keySet()) {
        assertThat(strongest.getOrDefault(observation, Assertion.ABSENT))
            .as(text + " " + observation)
            .isEqualTo(labels.of(observation));
      }
    }
  }

  @Test
  void evidenceNamesMentionAndCue() {
    String text = "Left PTX; no definite rib fx.";
    List<Evidence> evidence = labeller.evidence(text);
    assertThat(evidence).hasSize(2);
    assertThat(evidence.get(0).mention().of(text)).isEqualTo("PTX");
    assertThat(evidence.get(1).mention().of(text)).isEqualTo("fx");
    assertThat(evidence.get(1).cue().of(text)).isEqualTo("no");
  }

  @Test
  void furtherPhrasesGoFirstAndWrongOnesAreRefused() {
    FindingLabeller own =
        new FindingLabeller(
            List.of(
                "observation Pneumothorax: air leak",
                "negative-before: nix",
                "uncertain-after: sub judice",
                "ignore: edema ward"));
    assertThat(shown(own.label("Air leak."))).containsExactly("+PNEUMOTHORAX");
    assertThat(own.label("Nix edema.").of(Observation.EDEMA)).isEqualTo(Assertion.NEGATIVE);
    assertThat(own.label("Edema sub judice.").of(Observation.EDEMA)).isEqualTo(Assertion.UNCERTAIN);
    assertThat(shown(own.label("Seen on the edema ward."))).containsExactly("+NO_FINDING");
    for (String wrong :
        List.of(
            "air leak",
            "observation: air leak",
            "observation Air Leak: air leak",
            "negative before: nix",
            "negative-before:",
            "negative-before: ? nix",
            "negative-before: Nix",
            "negative-before: nix ~0 of",
            "negative-before: n\u00e9ant",
            "negative-before: nix =of all")) {
      assertThatThrownBy(() -> new FindingLabeller(List.of(wrong)))
          .as(wrong)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Any text at all is labelled, in time that grows with its length alone. */
  @Test
  void anyTextIsLabelled() {
    Random random = new Random(9);
    String[] parts = {
      "no ",
      "effusion",
      ", ",
      "(",
      ")",
      " - ",
      "? ",
      "\n",
      ":",
      ".",
      " or ",
      "and ",
      "\u00e9",
      "+/-",
      "3.5 cm ",
      "[",
      "vs. ",
      "heart ",
      "is ",
      "not ",
      "seen ",
      "A",
      "\ud83d\ude00",
      "] ",
      "if any "
    };
    for (int round = 0; round < 3000; round++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(40);
      for (int i = 0; i < length; i++) {
        text.append(parts[random.nextInt(parts.length)]);
      }
      FindingLabels labels = labeller.label(text.toString());
      assertThat(labels.positive() & labels.negative()).isZero();
      assertThat((labels.positive() | labels.negative()) & labels.uncertain()).isZero();
    }
    assertThat(labeller.label("no effusion and ".repeat(20_000)).of(Observation.PLEURAL_EFFUSION))
        .isEqualTo(Assertion.NEGATIVE);
  }

  /** Every pair of observations in every frame: what is said of one does not leak to the other. */
  @Test
  void framesAssertAllObservationsAlike() {
    NAMES.forEach(
        (a, nameOfA) ->
            NAMES.forEach(
                (b, nameOfB) -> {
                  if (a != b) {
                    check("There is %s. No %s.", a, nameOfA, b, nameOfB, "+-");
                    check("No evidence of %s or %s.", a, nameOfA, b, nameOfB, "--");
                    check("No %s, but mild %s.", a, nameOfA, b, nameOfB, "-+");
                    check("No %s. Possible %s.", a, nameOfA, b, nameOfB, "-?");
                    check("Unchanged %s with new %s.", a, nameOfA, b, nameOfB, "++");
                    check("Mild %s, no %s.", a, nameOfA, b, nameOfB, "+-");
                    check("%s has resolved. %s is not excluded.", a, nameOfA, b, nameOfB, "-?");
                    check("Possible %s without %s.", a, nameOfA, b, nameOfB, "?-");
                    check("%s versus %s.", a, nameOfA, b, nameOfB, "??");
                  }
                }));
  }

  @Test
  void theOrderOfSentencesAndTheLocaleChangeNothing() throws IOException {
    List<String> texts =
        lines().stream()
            .map(l -> l.substring(0, l.indexOf('\t')))
            .filter(l -> l.endsWith("."))
            .toList();
    Random random = new Random(4);
    Locale before = Locale.getDefault();
    try {
      for (int round = 0; round < 200; round++) {
        List<String> some = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          some.add(texts.get(random.nextInt(texts.size())).replace("\\n", " "));
        }
        Locale.setDefault(Locale.ROOT);
        FindingLabels labels = labeller.label(String.join(" ", some));
        Collections.shuffle(some, random);
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        String shuffled = String.join("\n\n", some).toUpperCase(Locale.ROOT);
        assertThat(new FindingLabeller().label(shuffled)).isEqualTo(labels);
      }
    } finally {
      Locale.setDefault(before);
    }
  }

  /**
   * The indexers of OpenI coded its reports by hand with MeSH terms, from findings and impression:
   * a judgement that knows nothing of these rules. They code some things that a report only hints
   * at, so agreement is not complete.
   */
  @Test
  void agreesWithTheIndexersOfOpenI() throws IOException {
    List<OpenISplit.Coded> reports = OpenISplit.coded();
    List<FindingLabels> labels = reports.stream().map(r -> labeller.label(r.text())).toList();
    assertThat(f1(reports, labels, Observation.CARDIOMEGALY, "Cardiomegaly")).isGreaterThan(0.94);
    assertThat(f1(reports, labels, Observation.PLEURAL_EFFUSION, "Pleural Effusion"))
        .isGreaterThan(0.93);
    assertThat(f1(reports, labels, Observation.ATELECTASIS, "Pulmonary Atelectasis"))
        .isGreaterThan(0.9);
    assertThat(f1(reports, labels, Observation.CONSOLIDATION, "Consolidation")).isGreaterThan(0.9);
    assertThat(f1(reports, labels, Observation.FRACTURE, "Fractures, Bone")).isGreaterThan(0.86);
    assertThat(f1(reports, labels, Observation.PNEUMOTHORAX, "Pneumothorax")).isGreaterThan(0.8);
    assertThat(f1(reports, labels, Observation.PNEUMONIA, "Pneumonia")).isGreaterThan(0.75);
  }

  private static double f1(
      List<OpenISplit.Coded> reports,
      List<FindingLabels> labels,
      Observation observation,
      String term) {
    int both = 0;
    int ours = 0;
    int theirs = 0;
    for (int i = 0; i < reports.size(); i++) {
      boolean found = labels.get(i).of(observation) == Assertion.POSITIVE;
      boolean coded = reports.get(i).terms().contains(term);
      ours += found ? 1 : 0;
      theirs += coded ? 1 : 0;
      both += found && coded ? 1 : 0;
    }
    return 2.0 * both / (ours + theirs);
  }

  private void check(
      String frame, Observation a, String nameOfA, Observation b, String nameOfB, String expected) {
    String text = frame.formatted(nameOfA, nameOfB);
    FindingLabels labels = labeller.label(text);
    assertThat("" + mark(labels.of(a)) + mark(labels.of(b))).as(text).isEqualTo(expected);
  }

  private static List<String> shown(FindingLabels labels) {
    List<String> shown = new ArrayList<>();
    for (Observation observation : Observation.values()) {
      if (labels.of(observation) != Assertion.ABSENT) {
        shown.add(mark(labels.of(observation)) + observation.name());
      }
    }
    Collections.sort(shown);
    return shown;
  }

  private static char mark(Assertion assertion) {
    return switch (assertion) {
      case ABSENT -> ' ';
      case NEGATIVE -> '-';
      case UNCERTAIN -> '?';
      case POSITIVE -> '+';
    };
  }

  private static List<String> sorted(String labels) {
    List<String> sorted = new ArrayList<>(List.of(labels.split(" ")));
    sorted.remove("");
    Collections.sort(sorted);
    return sorted;
  }

  private static List<String> lines() throws IOException {
    return lines("labelled-sentences.tsv");
  }

  static List<String> lines(String file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                FindingLabellerTest.class.getResourceAsStream(file), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.startsWith("#")).toList();
    }
  }
}
