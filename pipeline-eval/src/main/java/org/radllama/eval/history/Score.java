package org.radllama.eval.history;

/**
 * One score of one system, as {@code metrics.json} has it.
 *
 * @param place what it is a score of
 * @param mean the score
 * @param low the interval's lower bound, or NaN
 * @param high the interval's upper bound, or NaN
 * @param n reports
 */
public record Score(Place place, double mean, double low, double high, long n) {
  /**
   * What a score is of; the same in two runs means that they can be compared.
   *
   * @param system who wrote the impressions
   * @param dataset the source of the reports
   * @param split of it
   * @param subset of that
   * @param metric the score's name
   */
  public record Place(String system, String dataset, String split, String subset, String metric)
      implements Comparable<Place> {
    /** The same for all systems. */
    Place withoutSystem() {
      return new Place("", dataset, split, subset, metric);
    }

    /** All parts, joined by dots. */
    String key() {
      return String.join(".", system, dataset, split, subset, metric);
    }

    @Override
    public int compareTo(Place other) {
      // A mark that no name has keeps "a" before "a-b".
      return sortKey().compareTo(other.sortKey());
    }

    private String sortKey() {
      return String.join("\u0000", dataset, split, subset, metric, system);
    }
  }
}
