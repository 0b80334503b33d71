package org.radllama.eval.join;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A corpus in which systems are compared.
 *
 * @param dataset the reports' source, {@code imported} when nothing says it
 * @param split the split's label, {@code none} when nothing says it
 */
public record Corpus(String dataset, String split) implements Comparable<Corpus>, Serializable {
  private static final Comparator<Corpus> ORDER =
      Comparator.comparing(Corpus::dataset).thenComparing(Corpus::split);

  @Override
  public int compareTo(Corpus other) {
    return ORDER.compare(this, other);
  }
}
