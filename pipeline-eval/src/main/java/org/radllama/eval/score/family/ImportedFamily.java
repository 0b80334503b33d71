package org.radllama.eval.score.family;

import java.util.List;

/**
 * The mean of a score that others computed, over the reports for which every system that brings it
 * has it.
 *
 * @param name its name
 * @param place its place in {@link Pair#imported}
 */
public record ImportedFamily(String name, int place) implements ScoreFamily {
  @Override
  public List<String> names() {
    return List.of(name);
  }

  /** The sum, and how many there are. */
  @Override
  public int width() {
    return 2;
  }

  @Override
  public boolean countsOnly() {
    return false;
  }

  @Override
  public String signature() {
    return "computed:elsewhere|mean:exact";
  }

  @Override
  public Counter counter() {
    return (pair, into, offset) -> {
      double value = pair.imported()[place];
      into[offset] = Double.isNaN(value) ? 0 : value;
      into[offset + 1] = Double.isNaN(value) ? 0 : 1;
    };
  }

  @Override
  public double score(int index, double[] sums, int offset, double reports) {
    return ScoreFamily.ratio(sums[offset], sums[offset + 1]);
  }

  @Override
  public double reports(int index, double[] sums, int offset, double reports) {
    return sums[offset + 1];
  }
}
