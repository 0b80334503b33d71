package org.radllama.eval.score;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.radllama.eval.predict.EvaluationItem;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.ingest.dedup.NormalizedFindings;
import org.radllama.ingest.instruct.InstructionExample;

/**
 * Which reports are in which subset. A subset that cannot be told is left out: clean and leaked
 * without a train split, normal and abnormal where no report has such a label.
 */
public final class SubsetIndex {
  private final Map<Subset, Set<String>> ids = new EnumMap<>(Subset.class);

  private SubsetIndex() {}

  /** Assigns the items of an evaluation set. */
  public static SubsetIndex of(EvaluationSet set) {
    SubsetIndex index = new SubsetIndex();
    Set<String> train = new HashSet<>();
    for (InstructionExample example : set.train()) {
      train.add(NormalizedFindings.of(example.findings()));
    }
    for (EvaluationItem item : set.items()) {
      index.add(Subset.ALL, item);
      if (!train.isEmpty()) {
        boolean leaked = train.contains(NormalizedFindings.of(item.findings()));
        index.add(leaked ? Subset.LEAKED : Subset.CLEAN, item);
      }
      switch (item.label()) {
        case "normal" -> index.add(Subset.NORMAL, item);
        case "abnormal" -> index.add(Subset.ABNORMAL, item);
        default -> {}
      }
    }
    return index;
  }

  /** The ids in a subset; empty if it cannot be told. */
  public Set<String> ids(Subset subset) {
    return ids.getOrDefault(subset, Set.of());
  }

  /** How many reports each subset that can be told holds. */
  public Map<Subset, Integer> sizes() {
    Map<Subset, Integer> sizes = new EnumMap<>(Subset.class);
    ids.forEach((subset, members) -> sizes.put(subset, members.size()));
    return sizes;
  }

  private void add(Subset subset, EvaluationItem item) {
    ids.computeIfAbsent(subset, s -> new HashSet<>()).add(item.id());
  }
}
