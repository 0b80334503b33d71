package org.radllama.ingest.synthetic;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.radllama.run.Json;

/**
 * Draws studies. Each study is a set of observations; the findings describe all organs in varied
 * words, the impression names the abnormal observations in a fixed form, the gravest first. So the
 * impression can be learned from the findings, and no constant sentence is right for most studies.
 * The words are those of {@code phrases.json}.
 */
public final class ReportGenerator {
  private static final double NORMAL_SHARE = 0.3;
  private static final Phrases PHRASES =
      Json.shipped(ReportGenerator.class, "phrases.json", Phrases.class);

  private final long seed;

  /** A generator; the same seed and index give the same report. */
  public ReportGenerator(long seed) {
    this.seed = seed;
  }

  /**
   * What studies are made of.
   *
   * @param reasons why a study is asked for
   * @param views first sentences of the findings
   * @param organs in the order of the findings
   * @param others last sentences of the findings, empty for none
   * @param kinds of observations, the gravest first
   */
  private record Phrases(
      List<String> reasons,
      List<String> views,
      List<Organ> organs,
      List<String> others,
      List<Kind> kinds) {}

  /** An organ with what is said where nothing was observed: one of these, or nothing. */
  private record Organ(String name, List<String> normal) {}

  /**
   * A kind of abnormal observation.
   *
   * @param organ where it is
   * @param slots what each place of its sentences may hold
   * @param findings its sentences in the findings
   * @param conclusion its sentence in the impression
   * @param mesh its MeSH term
   */
  private record Kind(
      String organ,
      List<List<String>> slots,
      List<String> findings,
      String conclusion,
      String mesh) {
    Observation draw(SplittableRandom random) {
      Object[] words = slots.stream().map(slot -> pick(random, slot)).toArray();
      return new Observation(
          organ,
          capital(format(pick(random, findings), words)),
          capital(format(conclusion, words)),
          format(mesh, words));
    }
  }

  /** One abnormal observation: its organ, its sentence in the findings and in the impression. */
  private record Observation(String organ, String finding, String conclusion, String mesh) {}

  /** The report with this index, at least 0. */
  public SyntheticReport report(long index) {
    SplittableRandom random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ (index + 1) * 0xD1B54A32D192ED03L);
    random.nextLong();
    List<Observation> seen = random.nextDouble() < NORMAL_SHARE ? List.of() : draw(random);
    String reason = "___-year-old with " + pick(random, PHRASES.reasons()) + ".";
    String comparison = random.nextInt(3) == 0 ? "None." : "Chest radiograph ___.";
    String major =
        seen.isEmpty() ? "normal" : String.join(";", seen.stream().map(Observation::mesh).toList());
    return new SyntheticReport(reason, comparison, findings(random, seen), impression(seen), major);
  }

  private static List<Observation> draw(SplittableRandom random) {
    int most = 1 + random.nextInt(3);
    List<Kind> kinds = PHRASES.kinds();
    List<Observation> drawn = new ArrayList<>();
    for (int kind = 0; kind < kinds.size() && drawn.size() < most; kind++) {
      if (random.nextInt(kinds.size() - kind) < most - drawn.size()) {
        drawn.add(kinds.get(kind).draw(random));
      }
    }
    return drawn;
  }

  private static String findings(SplittableRandom random, List<Observation> seen) {
    List<String> sentences = new ArrayList<>();
    sentences.add(pick(random, PHRASES.views()));
    for (Organ organ : PHRASES.organs()) {
      String otherwise = organ.normal().isEmpty() ? "" : pick(random, organ.normal());
      List<String> abnormal =
          seen.stream()
              .filter(o -> o.organ().equals(organ.name()))
              .map(Observation::finding)
              .toList();
      sentences.addAll(abnormal.isEmpty() ? List.of(otherwise) : abnormal);
    }
    sentences.add(pick(random, PHRASES.others()));
    return String.join(" ", sentences.stream().filter(s -> !s.isEmpty()).toList());
  }

  private static String impression(List<Observation> seen) {
    return seen.isEmpty()
        ? "No acute cardiopulmonary process."
        : String.join(" ", seen.stream().map(Observation::conclusion).toList());
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String pick(SplittableRandom random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
