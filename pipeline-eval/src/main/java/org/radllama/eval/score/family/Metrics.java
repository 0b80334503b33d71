package org.radllama.eval.score.family;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The scores of an evaluation, and where their statistics stand in a report's row. */
public final class Metrics implements Serializable {
  private final List<ScoreFamily> families;
  private final List<String> names = new ArrayList<>();
  private final List<Place> places = new ArrayList<>();
  private final int width;

  /** Where a score is computed. */
  private record Place(ScoreFamily family, int index, int offset) implements Serializable {}

  /** Scores in the order of their families. */
  public Metrics(List<ScoreFamily> families) {
    this.families = List.copyOf(families);
    int offset = 0;
    for (ScoreFamily family : families) {
      List<String> own = family.names();
      for (int index = 0; index < own.size(); index++) {
        if (names.contains(own.get(index))) {
          throw new IllegalArgumentException("two scores are named " + own.get(index));
        }
        names.add(own.get(index));
        places.add(new Place(family, index, offset));
      }
      offset += family.width();
    }
    width = offset;
  }

  /** Whether reports are to be counted many at a time. */
  public boolean countsTogether() {
    return families.stream().anyMatch(ScoreFamily::countsTogether);
  }

  /** With scores from elsewhere behind. */
  public Metrics with(List<String> imported) {
    List<ScoreFamily> all = new ArrayList<>(families);
    for (int i = 0; i < imported.size(); i++) {
      all.add(new ImportedFamily(imported.get(i), i));
    }
    return new Metrics(all);
  }

  /** Names in order. */
  public List<String> names() {
    return List.copyOf(names);
  }

  /** The families in order. */
  public List<ScoreFamily> families() {
    return families;
  }

  /** How many statistics a report has. */
  public int width() {
    return width;
  }

  /** A score's place among {@link #names}; -1 if it is not computed. */
  public int index(String name) {
    return names.indexOf(name);
  }

  /** For each statistic whether it is a whole number. */
  public boolean[] counts() {
    boolean[] counts = new boolean[width];
    int at = 0;
    for (ScoreFamily family : families) {
      for (int i = 0; i < family.width(); i++) {
        counts[at++] = family.countsOnly();
      }
    }
    return counts;
  }

  /**
   * Signatures by family.
   *
   * @param references how many a report has, or {@code var}
   */
  public Map<String, String> signatures(String references) {
    Map<String, String> signatures = new TreeMap<>();
    for (ScoreFamily family : families) {
      String counted = family.countsReferences() ? "nrefs:" + references + "|" : "";
      signatures.put(family.name(), counted + family.signature());
    }
    return signatures;
  }

  /** A score of summed statistics; NaN where it is not defined. */
  public double score(int metric, double[] sums, double reports) {
    Place place = places.get(metric);
    return place.family().score(place.index(), sums, place.offset(), reports);
  }

  /** The score of one report; NaN where there is none. */
  public double ofReport(int metric, double[] statistics) {
    Place place = places.get(metric);
    return place.family().ofReport(place.index(), statistics, place.offset());
  }

  /** Rows of what one score needs alone, and the number of reports. */
  public double[][] slices(int metric, double[][] rows) {
    Place place = places.get(metric);
    double[][] slices = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      double[] own = place.family().slice(place.index(), rows[i], place.offset());
      slices[i] = Arrays.copyOf(own, own.length + 1);
      slices[i][own.length] = rows[i][width];
    }
    return slices;
  }

  /** A score of a sum of slices. */
  public double ofSlice(int metric, double[] sum) {
    Place place = places.get(metric);
    return place.family().ofSlice(place.index(), sum, sum[sum.length - 1]);
  }

  /** How many of the summed reports a score is about. */
  public double reports(int metric, double[] sums, double reports) {
    Place place = places.get(metric);
    return place.family().reports(place.index(), sums, place.offset(), reports);
  }

  /** The statistic whose mean a score is; -1 if it is none. */
  public int meanOf(int metric) {
    Place place = places.get(metric);
    return place.family().means() ? place.offset() + place.index() : -1;
  }

  /** Where the statistics of the family of a name begin; -1 if it is not among these. */
  public int offset(String family) {
    return places.stream()
        .filter(p -> p.family().name().equals(family))
        .mapToInt(Place::offset)
        .findFirst()
        .orElse(-1);
  }

  /**
   * The place among {@link #names} of the score that ranks: R-L, else the first F, else the first.
   */
  public int ranking() {
    return Stream.concat(
            RougeFamily.fmeasures("rougeL"), names.stream().filter(n -> n.endsWith("_fmeasure")))
        .mapToInt(names::indexOf)
        .filter(place -> place >= 0)
        .findFirst()
        .orElse(0);
  }

  /** Computes rows of statistics; for one thread. */
  public RowCounter counter() {
    return new RowCounter();
  }

  /** Computes rows of statistics, with working memory of its own. */
  public final class RowCounter {
    private final List<ScoreFamily.Counter> counters =
        families.stream().map(ScoreFamily::counter).toList();

    /** Tells all counters what comes next. */
    public void prepare(Collection<Pair> pairs) {
      counters.forEach(counter -> counter.prepare(pairs));
    }

    /** A new row of {@link Metrics#width} statistics. */
    public double[] count(Pair pair) {
      double[] row = new double[width];
      int offset = 0;
      for (int i = 0; i < counters.size(); i++) {
        counters.get(i).count(pair, row, offset);
        offset += families.get(i).width();
      }
      return row;
    }
  }
}
