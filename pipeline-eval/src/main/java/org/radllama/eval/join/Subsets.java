package org.radllama.eval.join;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.text.Words;

/**
 * Which subsets a report is in. What is unknown is left out: clean, leaked and clean_near without a
 * train split, normal and abnormal where the source does not say.
 *
 * @param lengths the classes of the reference's length, see {@link Subset#lengths}
 * @param bounds the most words of each class but the last
 */
public record Subsets(List<Subset> lengths, List<Integer> bounds) implements Serializable {
  /** Classes of length by their bounds. */
  public static Subsets of(List<Integer> bounds) {
    return new Subsets(List.copyOf(Subset.lengths(bounds)), List.copyOf(bounds));
  }

  /** The subsets of each report of a set, in its order, ascending. */
  List<List<Subset>> of(EvaluationSet set) {
    Set<String> train = new HashSet<>();
    for (InstructionExample example : set.train()) {
      train.add(NormalizedFindings.of(example.findings()));
    }
    NearTrain near = new NearTrain(List.copyOf(train));
    return set.examples().parallelStream().map(example -> of(example, train, near)).toList();
  }

  private List<Subset> of(InstructionExample example, Set<String> train, NearTrain near) {
    List<Subset> subsets = new ArrayList<>(List.of(Subset.ALL));
    if (!train.isEmpty()) {
      String findings = NormalizedFindings.of(example.findings());
      boolean leaked = train.contains(findings);
      subsets.add(leaked ? Subset.LEAKED : Subset.CLEAN);
      if (!leaked && !near.has(findings)) {
        subsets.add(Subset.CLEAN_NEAR);
      }
    }
    switch (example.label()) {
      case "normal" -> subsets.add(Subset.NORMAL);
      case "abnormal" -> subsets.add(Subset.ABNORMAL);
      default -> {}
    }
    addLength(example.impression(), subsets);
    return subsets;
  }

  /** The subsets of a report of which only the reference is known. */
  List<Subset> of(String reference) {
    List<Subset> subsets = new ArrayList<>(List.of(Subset.ALL));
    addLength(reference, subsets);
    return subsets;
  }

  private void addLength(String reference, List<Subset> subsets) {
    if (!lengths.isEmpty()) {
      subsets.add(Subset.ofLength(Words.number(reference), lengths, bounds));
    }
  }
}
