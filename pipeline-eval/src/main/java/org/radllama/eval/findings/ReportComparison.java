package org.radllama.eval.findings;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.radllama.eval.findings.ReportReader.Content;

/** Grades what a prediction says of each finding against a reference. One serves one thread. */
public final class ReportComparison {
  /** Reports whose content is remembered; impressions repeat. */
  private static final int MOST_REMEMBERED = 20_000;

  /** A minor error counts as this part of a major one. */
  private static final double MINOR = 0.5;

  /** Keeps errors apart where nothing is agreed. */
  private static final double SMOOTHING = 0.25;

  /** Of two diameters the larger by the smaller: more than this is a minor, a major difference. */
  private static final double MINOR_RATIO = 1.3;

  private static final double MAJOR_RATIO = 2;

  private static final Set<Observation> MINOR_FINDINGS =
      EnumSet.of(Observation.ATELECTASIS, Observation.PLEURAL_OTHER, Observation.SUPPORT_DEVICES);

  /** However small: a small break is a break. */
  private static final Set<Observation> ALWAYS_MAJOR =
      EnumSet.of(Observation.PNEUMOTHORAX, Observation.FRACTURE, Observation.LUNG_LESION);

  /** The highest degree of what is mild or small. */
  private static final int SMALL = 2;

  /** Different names of what may be one shadow. */
  private static final Set<Observation> SHADOWS =
      EnumSet.of(
          Observation.LUNG_OPACITY,
          Observation.CONSOLIDATION,
          Observation.PNEUMONIA,
          Observation.ATELECTASIS,
          Observation.EDEMA);

  private final ReportReader reader;
  private final Map<String, Content> known = new HashMap<>();

  /**
   * With further phrases.
   *
   * @param phrases as for {@link FindingLabeller}
   */
  public ReportComparison(List<String> phrases) {
    reader = new ReportReader(phrases);
  }

  /**
   * What a comparison found.
   *
   * @param score (1/4 + a) / (1/4 + a + e), where a counts the findings that both state and e the
   *     errors, minor ones as a half; from above 0 to 1
   * @param major errors that may change what is done
   * @param minor other errors
   * @param contradictions those of both that say the opposite
   * @param advised recommendations
   */
  public record Grades(
      double score, int major, int minor, int contradictions, Recommendations advised) {}

  /**
   * How many kinds of recommendation there are.
   *
   * @param both in both reports
   * @param prediction in the prediction
   * @param reference in the reference
   */
  public record Recommendations(int both, int prediction, int reference) {}

  /** Compares two reports. */
  public Grades compare(String reference, String prediction) {
    return new Tally(content(reference), content(prediction)).grades();
  }

  private Content content(String text) {
    if (known.size() > MOST_REMEMBERED) {
      known.clear();
    }
    return known.computeIfAbsent(text, reader::read);
  }

  private static Observation observation(int key) {
    return key < ReportReader.OTHERS ? Observation.values()[key] : null;
  }

  /** Counts errors. */
  private static final class Tally {
    private final Content reference;
    private final Content prediction;
    private int major;
    private int minor;
    private int contradictions;
    private double agreed;

    Tally(Content reference, Content prediction) {
      this.reference = reference;
      this.prediction = prediction;
    }

    Grades grades() {
      Set<Integer> missed = new TreeSet<>(reference.findings().keySet());
      missed.removeAll(prediction.findings().keySet());
      Set<Integer> invented = new TreeSet<>(prediction.findings().keySet());
      invented.removeAll(reference.findings().keySet());
      pairShadows(missed, invented);
      missed.forEach(key -> alone(key, reference, prediction));
      invented.forEach(key -> alone(key, prediction, reference));
      reference
          .findings()
          .forEach(
              (key, finding) -> {
                Described other = prediction.findings().get(key);
                if (other != null) {
                  agreed += Math.max(weight(key, finding), weight(key, other));
                  compare(finding, other);
                }
              });
      Recommendations advised =
          new Recommendations(
              common(reference.recommendations(), prediction.recommendations()),
              prediction.recommendations().size(),
              reference.recommendations().size());
      minor += advised.prediction() + advised.reference() - 2 * advised.both();
      double errors = major + MINOR * minor;
      return new Grades(
          (SMOOTHING + agreed) / (SMOOTHING + agreed + errors),
          major,
          minor,
          contradictions,
          advised);
    }

    private static int common(Set<Recommendation> a, Set<Recommendation> b) {
      Set<Recommendation> both = new TreeSet<>(a);
      both.retainAll(b);
      return both.size();
    }

    /** An opacity here and a pneumonia there are one finding with two names: a minor error. */
    private void pairShadows(Set<Integer> missed, Set<Integer> invented) {
      for (Integer key : Set.copyOf(missed).stream().sorted().toList()) {
        if (isShadow(key)) {
          invented.stream()
              .filter(Tally::isShadow)
              .findFirst()
              .ifPresent(
                  other -> {
                    missed.remove(key);
                    invented.remove(other);
                    minor++;
                    compare(reference.findings().get(key), prediction.findings().get(other));
                  });
        }
      }
      missed.removeIf(key -> isNamed(key, reference, prediction));
      invented.removeIf(key -> isNamed(key, prediction, reference));
    }

    private static boolean isShadow(int key) {
      Observation observation = observation(key);
      return observation != null && SHADOWS.contains(observation);
    }

    /** Whether an opacity is called something else there: only what is said of it counts. */
    private boolean isNamed(int key, Content here, Content there) {
      Described named =
          there.findings().entrySet().stream()
              .filter(e -> isShadow(e.getKey()))
              .map(Map.Entry::getValue)
              .reduce(Described::and)
              .orElse(null);
      if (key != Observation.LUNG_OPACITY.place() || named == null) {
        return false;
      }
      compare(here.findings().get(key), named);
      return true;
    }

    private void alone(int key, Content stated, Content other) {
      if (other.denied().contains(key)) {
        contradictions++;
      }
      if (isMinor(key, stated.findings().get(key))) {
        minor++;
      } else {
        major++;
      }
    }

    private static boolean isMinor(int key, Described finding) {
      Observation observation = observation(key);
      return observation == null
          || MINOR_FINDINGS.contains(observation)
          || !finding.certain()
          || (finding.most() > 0 && finding.most() <= SMALL && !ALWAYS_MAJOR.contains(observation));
    }

    private static double weight(int key, Described finding) {
      return isMinor(key, finding) ? MINOR : 1;
    }

    private void compare(Described a, Described b) {
      sets(a.side(), b.side(), true);
      sets(a.place(), b.place(), false);
      sets(a.position(), b.position(), true);
      severity(a, b);
      change(a.change(), b.change());
      size(a.millimetres(), b.millimetres());
      if (a.certain() != b.certain()) {
        minor++;
      }
    }

    /** Nothing in common is a major error, and of sides a contradiction; a part is a minor one. */
    private void sets(int a, int b, boolean opposites) {
      if (a == 0 || b == 0 || a == b) {
        return;
      }
      if ((a & b) != 0) {
        minor++;
      } else {
        major++;
        contradictions += opposites ? 1 : 0;
      }
    }

    private void severity(Described a, Described b) {
      if (a.severity() == 0 || b.severity() == 0) {
        return;
      }
      int apart = Math.max(a.least() - b.most(), b.least() - a.most());
      if (apart >= 2) {
        major++;
      } else if (apart == 1 && Math.max(a.most(), b.most()) > SMALL) {
        minor++;
      }
    }

    private void change(int a, int b) {
      if (a == 0 || b == 0 || (a & b) != 0) {
        return;
      }
      int both = a | b;
      if ((both & Described.WORSE) != 0 && (both & Described.BETTER) != 0) {
        major++;
        contradictions++;
      } else {
        minor++;
      }
    }

    private void size(double a, double b) {
      if (a == 0 || b == 0) {
        return;
      }
      double ratio = Math.max(a, b) / Math.min(a, b);
      if (ratio > MAJOR_RATIO) {
        major++;
      } else if (ratio > MINOR_RATIO) {
        minor++;
      }
    }
  }
}
