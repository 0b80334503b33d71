package org.radllama.eval.join;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.radllama.eval.predict.MissingPolicy;

/**
 * What the rows of a join mean.
 *
 * @param systems all systems by name; system k's answers are source k
 * @param sources answers first, one source a system in the same order, then scores
 * @param hasDataset whether reports come from a dataset, else from the answers
 * @param policy what happens to a report that a system has not answered
 * @param subsets where a report of unknown origin is scored
 */
record Layout(
    List<String> systems,
    List<Source> sources,
    boolean hasDataset,
    MissingPolicy policy,
    Subsets subsets)
    implements Serializable {

  /** Names of the imported scores, sorted. */
  List<String> importedMetrics() {
    TreeSet<String> names = new TreeSet<>();
    sources.forEach(source -> names.addAll(source.metrics()));
    return new ArrayList<>(names);
  }
}
