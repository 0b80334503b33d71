package org.radllama.eval.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.eval.agreement.IntraclassCorrelation;
import org.radllama.eval.agreement.Krippendorff;
import org.radllama.eval.agreement.SignedRank;
import org.radllama.eval.agreement.WeightedKappa;
import org.radllama.eval.compare.Holm;
import org.radllama.eval.score.statistics.Bootstrap;
import org.radllama.eval.study.Unblinded.Row;

/**
 * What readers' ratings amount to. All but the agreement of readers with themselves is of the first
 * showing alone. Order of everything: dimensions as they are declared, systems and readers by name.
 *
 * @param means by system and dimension
 * @param preferences by system
 * @param agreements by dimension
 * @param repeats agreement with oneself, by reader and dimension
 * @param comparisons between every two systems, by dimension
 */
public record StudyStatistics(
    List<Mean> means,
    List<Preference> preferences,
    List<Agreement> agreements,
    List<Repeat> repeats,
    List<Comparison> comparisons) {

  /**
   * The mean rating of a system: all ratings alike, the interval by drawing reports.
   *
   * @param counts how often each of 1 to 5 was given
   * @param reports how many have a rating
   */
  public record Mean(
      String system,
      Dimension dimension,
      double value,
      double low,
      double high,
      List<Integer> counts,
      int reports) {}

  /**
   * How often a system is best: a preference is one vote, divided among the systems ticked.
   *
   * @param share of the votes
   * @param alone how often it was ticked alone
   * @param shared how often with others
   * @param votes preferences given on reports
   */
  public record Preference(
      String system, double share, double low, double high, int alone, int shared, int votes) {}

  /**
   * How far readers agree on a dimension; a unit is a system's impression of a report.
   *
   * @param alpha Krippendorff's, ordinal, of all units
   * @param units how many have ratings by two readers or more
   * @param icc of units that every reader who returned a form rated
   * @param kappas of every two readers
   */
  public record Agreement(
      Dimension dimension,
      double alpha,
      int units,
      IntraclassCorrelation icc,
      List<Kappa> kappas) {}

  /** Two readers' quadratic weighted kappa over the units that both rated. */
  public record Kappa(String a, String b, double value, int units) {}

  /**
   * A reader's first and second ratings of the same impressions.
   *
   * @param same the share that is equal
   * @param difference the mean of their distance
   * @param kappa quadratic weighted
   * @param units rated both times
   */
  public record Repeat(
      String reader,
      Dimension dimension,
      double same,
      double difference,
      double kappa,
      int units) {}

  /**
   * A signed-rank test between two systems over reports; a report's difference is the mean over the
   * readers who rated both.
   *
   * @param difference the mean over reports, of a minus b
   * @param holm p corrected for all tests of the study
   */
  public record Comparison(
      Dimension dimension, String a, String b, double difference, SignedRank test, double holm) {}

  /** Computes all of it. */
  public static StudyStatistics of(Unblinded study, Bootstrap bootstrap) {
    Calculation c = new Calculation(study, bootstrap);
    return new StudyStatistics(
        c.means(), c.preferences(), c.agreements(), c.repeats(), c.comparisons());
  }

  private static final class Calculation {
    private final Unblinded study;
    private final Bootstrap bootstrap;
    private final List<String> systems;
    private final List<String> readers;
    private final List<Row> first;
    private final Map<String, Integer> place = new HashMap<>();

    Calculation(Unblinded study, Bootstrap bootstrap) {
      this.study = study;
      this.bootstrap = bootstrap;
      this.systems = study.key().systems();
      this.readers = List.copyOf(study.returned().keySet());
      this.first = study.rows().stream().filter(r -> r.showing() == 1).toList();
      study.key().reports().forEach(r -> place.put(r.id(), place.size()));
    }

    @SuppressWarnings("EnumOrdinal") // Columns stand in the order of the dimensions.
    List<Mean> means() {
      int width = Dimension.values().length;
      int[][] counts = new int[systems.size() * width][5];
      double[][] sums = new double[place.size()][2 * counts.length];
      for (Row row : first) {
        for (Dimension dimension : Dimension.values()) {
          int rating = row.rating(dimension);
          if (rating > 0) {
            int cell = systems.indexOf(row.system()) * width + dimension.ordinal();
            sums[place.get(row.report().id())][2 * cell] += rating;
            sums[place.get(row.report().id())][2 * cell + 1]++;
            counts[cell][rating - 1]++;
          }
        }
      }
      Bootstrap.Interval[] intervals = bootstrap.intervals(sums, counts.length, Calculation::ratio);
      List<Mean> means = new ArrayList<>();
      for (int cell = 0; cell < counts.length; cell++) {
        int at = 2 * cell;
        double n = column(sums, at + 1);
        means.add(
            new Mean(
                systems.get(cell / width),
                Dimension.values()[cell % width],
                column(sums, at) / n,
                intervals[cell].low(),
                intervals[cell].high(),
                Arrays.stream(counts[cell]).boxed().toList(),
                (int) Arrays.stream(sums).filter(r -> r[at + 1] > 0).count()));
      }
      return means;
    }

    private static double ratio(int cell, double[] sums) {
      return sums[2 * cell] / sums[2 * cell + 1];
    }

    private static double column(double[][] rows, int column) {
      return Arrays.stream(rows).mapToDouble(r -> r[column]).sum();
    }

    List<Preference> preferences() {
      double[][] sums = new double[place.size()][2 * systems.size()];
      int[] alone = new int[systems.size()];
      int[] shared = new int[systems.size()];
      for (Row row : first) {
        if (row.ticked() > 0) {
          int system = systems.indexOf(row.system());
          double[] ofReport = sums[place.get(row.report().id())];
          ofReport[2 * system] += row.best() ? 1.0 / row.ticked() : 0;
          ofReport[2 * system + 1]++;
          alone[system] += row.best() && row.ticked() == 1 ? 1 : 0;
          shared[system] += row.best() && row.ticked() > 1 ? 1 : 0;
        }
      }
      Bootstrap.Interval[] intervals =
          bootstrap.intervals(sums, systems.size(), Calculation::ratio);
      List<Preference> preferences = new ArrayList<>();
      for (int i = 0; i < systems.size(); i++) {
        double votes = column(sums, 2 * i + 1);
        preferences.add(
            new Preference(
                systems.get(i),
                column(sums, 2 * i) / votes,
                intervals[i].low(),
                intervals[i].high(),
                alone[i],
                shared[i],
                (int) votes));
      }
      return preferences;
    }

    List<Agreement> agreements() {
      List<Agreement> agreements = new ArrayList<>();
      for (Dimension dimension : Dimension.values()) {
        double[][] units = units(dimension);
        double[][] complete =
            Arrays.stream(units)
                .filter(u -> Arrays.stream(u).noneMatch(Double::isNaN))
                .toArray(double[][]::new);
        long paired =
            Arrays.stream(units)
                .filter(u -> Arrays.stream(u).filter(v -> !Double.isNaN(v)).count() > 1)
                .count();
        agreements.add(
            new Agreement(
                dimension,
                Krippendorff.ordinal(units),
                (int) paired,
                IntraclassCorrelation.of(complete, bootstrap.confidence()),
                kappas(units)));
      }
      return agreements;
    }

    /** Impressions by readers who returned a form. */
    private double[][] units(Dimension dimension) {
      Map<List<String>, double[]> units = new LinkedHashMap<>();
      for (Row row : first) {
        double[] unit =
            units.computeIfAbsent(
                List.of(row.report().id(), row.system()),
                key -> readers.stream().mapToDouble(reader -> Double.NaN).toArray());
        int reader = readers.indexOf(row.reader());
        if (reader >= 0 && row.rating(dimension) > 0) {
          unit[reader] = row.rating(dimension);
        }
      }
      return units.values().toArray(double[][]::new);
    }

    private List<Kappa> kappas(double[][] units) {
      List<Kappa> kappas = new ArrayList<>();
      for (int a = 0; a < readers.size(); a++) {
        for (int b = a + 1; b < readers.size(); b++) {
          int one = a;
          int other = b;
          double[][] both =
              Arrays.stream(units)
                  .filter(u -> !Double.isNaN(u[one]) && !Double.isNaN(u[other]))
                  .toArray(double[][]::new);
          double value = WeightedKappa.quadratic(ratings(both, a), ratings(both, b));
          kappas.add(new Kappa(readers.get(a), readers.get(b), value, both.length));
        }
      }
      return kappas;
    }

    private static int[] ratings(double[][] units, int reader) {
      return Arrays.stream(units).mapToInt(u -> (int) u[reader]).toArray();
    }

    List<Repeat> repeats() {
      List<Repeat> repeats = new ArrayList<>();
      for (String reader : readers) {
        for (Dimension dimension : Dimension.values()) {
          repeats.add(repeat(reader, dimension));
        }
      }
      return repeats;
    }

    private Repeat repeat(String reader, Dimension dimension) {
      Map<List<String>, Integer> before = ratings(reader, dimension, 1);
      Map<List<String>, Integer> after = ratings(reader, dimension, 2);
      after.keySet().retainAll(before.keySet());
      int[] firsts = after.keySet().stream().mapToInt(before::get).toArray();
      int[] seconds = after.values().stream().mapToInt(rating -> rating).toArray();
      int[] distances = new int[firsts.length];
      Arrays.setAll(distances, i -> Math.abs(firsts[i] - seconds[i]));
      return new Repeat(
          reader,
          dimension,
          Arrays.stream(distances).map(d -> d == 0 ? 1 : 0).average().orElse(Double.NaN),
          Arrays.stream(distances).average().orElse(Double.NaN),
          WeightedKappa.quadratic(firsts, seconds),
          distances.length);
    }

    /** What a reader gave at one showing, by report and system. */
    private Map<List<String>, Integer> ratings(String reader, Dimension dimension, int showing) {
      Map<List<String>, Integer> ratings = new LinkedHashMap<>();
      for (Row row : study.rows()) {
        int rating = row.rating(dimension);
        if (row.reader().equals(reader) && row.showing() == showing && rating > 0) {
          ratings.put(List.of(row.report().id(), row.system()), rating);
        }
      }
      return ratings;
    }

    List<Comparison> comparisons() {
      List<Comparison> all = new ArrayList<>();
      for (Dimension dimension : Dimension.values()) {
        List<Map<List<String>, Integer>> ratings =
            readers.stream().map(reader -> ratings(reader, dimension, 1)).toList();
        for (int a = 0; a < systems.size(); a++) {
          for (int b = a + 1; b < systems.size(); b++) {
            double[] differences = differences(ratings, systems.get(a), systems.get(b));
            all.add(
                new Comparison(
                    dimension,
                    systems.get(a),
                    systems.get(b),
                    Arrays.stream(differences).average().orElse(Double.NaN),
                    SignedRank.of(differences),
                    1));
          }
        }
      }
      return corrected(all);
    }

    /** Report by report; whole numbers over a count, so that equal ones are equal to the bit. */
    private double[] differences(List<Map<List<String>, Integer>> ratings, String a, String b) {
      List<Double> differences = new ArrayList<>();
      for (StudyKey.Report report : study.key().reports()) {
        int sum = 0;
        int n = 0;
        for (Map<List<String>, Integer> ofReader : ratings) {
          Integer ofA = ofReader.get(List.of(report.id(), a));
          Integer ofB = ofReader.get(List.of(report.id(), b));
          if (ofA != null && ofB != null) {
            sum += ofA - ofB;
            n++;
          }
        }
        if (n > 0) {
          differences.add(sum / (double) n);
        }
      }
      return differences.stream().mapToDouble(d -> d).toArray();
    }

    private static List<Comparison> corrected(List<Comparison> all) {
      double[] holm = Holm.adjust(all.stream().mapToDouble(c -> c.test().p()).toArray());
      List<Comparison> corrected = new ArrayList<>();
      for (int i = 0; i < holm.length; i++) {
        Comparison c = all.get(i);
        corrected.add(
            new Comparison(c.dimension(), c.a(), c.b(), c.difference(), c.test(), holm[i]));
      }
      return corrected;
    }
  }
}
