package org.radllama.eval.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.run.JobFailure;

/**
 * The reports under evaluation and the train split that baselines and the leakage mark look at.
 *
 * @param items sorted by dataset, then id; ids are unique
 * @param examples the items' examples in the same order; empty when no dataset is given
 * @param train the train split in the order it was published; empty when there is none
 */
public record EvaluationSet(
    List<EvaluationItem> items, List<InstructionExample> examples, List<InstructionExample> train) {
  /** What the files call a dataset that was not given. */
  public static final String IMPORTED = "imported";

  /** What the files call the split when no dataset is given. */
  public static final String NO_SPLIT = "none";

  public EvaluationSet {
    items = List.copyOf(items);
    examples = List.copyOf(examples);
    train = List.copyOf(train);
  }

  /**
   * A split of a published dataset.
   *
   * @throws JobFailure exit 3 when the split is empty or an id occurs twice
   */
  public static EvaluationSet of(InstructionDataset dataset, Split split) throws IOException {
    List<InstructionExample> examples = new ArrayList<>(dataset.read(split));
    if (examples.isEmpty()) {
      throw JobFailure.input(
          "--dataset %s: its %s split has no reports (setting split)"
              .formatted(dataset.runId(), split.label()));
    }
    examples.sort(
        Comparator.comparing(InstructionExample::source).thenComparing(InstructionExample::id));
    Set<String> ids = new HashSet<>();
    for (InstructionExample example : examples) {
      if (!ids.add(example.id())) {
        throw JobFailure.input(
            "--dataset %s: id %s occurs twice in the %s split"
                .formatted(dataset.runId(), example.id(), split.label()));
      }
    }
    List<EvaluationItem> items = examples.stream().map(e -> item(e, split)).toList();
    return new EvaluationSet(items, examples, dataset.read(Split.TRAIN));
  }

  private static EvaluationItem item(InstructionExample example, Split split) {
    return new EvaluationItem(
        example.id(),
        example.source(),
        split.label(),
        example.findings(),
        example.impression(),
        example.label());
  }
}
