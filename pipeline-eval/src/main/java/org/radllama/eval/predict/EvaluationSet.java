package org.radllama.eval.predict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;

/**
 * The reports under evaluation and the train split that baselines and the leakage mark look at.
 *
 * @param split the split that is evaluated
 * @param examples its reports, sorted by source, then id; ids are unique
 * @param sections the background sections in the inputs, by name in their order
 * @param train the train split in the order it was published; empty when there is none
 */
public record EvaluationSet(
    Split split,
    List<InstructionExample> examples,
    List<String> sections,
    List<InstructionExample> train) {
  /** What the files call a dataset that was not given. */
  public static final String IMPORTED = "imported";

  /** What the files call the split when no dataset is given. */
  public static final String NO_SPLIT = "none";

  public EvaluationSet {
    examples = List.copyOf(examples);
    sections = List.copyOf(sections);
    train = List.copyOf(train);
  }

  /**
   * A split of a published dataset.
   *
   * @throws BadInputException when the split is empty or an id occurs twice
   */
  public static EvaluationSet of(InstructionDataset dataset, Split split) throws IOException {
    List<InstructionExample> examples = new ArrayList<>(dataset.read(split));
    if (examples.isEmpty()) {
      throw new BadInputException(
          "--dataset %s: its %s split has no reports (setting split)"
              .formatted(dataset.runId(), split.label()));
    }
    examples.sort(
        Comparator.comparing(InstructionExample::source).thenComparing(InstructionExample::id));
    Set<String> ids = new HashSet<>();
    for (InstructionExample example : examples) {
      if (!ids.add(example.id())) {
        throw new BadInputException(
            "--dataset %s: id %s occurs twice in the %s split"
                .formatted(dataset.runId(), example.id(), split.label()));
      }
    }
    return new EvaluationSet(split, examples, dataset.sections(), dataset.read(Split.TRAIN));
  }

  /** Texts by report id, of one text a report in their order. */
  Map<String, String> byId(List<String> texts) {
    Map<String, String> byId = new HashMap<>();
    for (int i = 0; i < texts.size(); i++) {
      byId.put(examples.get(i).id(), texts.get(i));
    }
    return byId;
  }
}
