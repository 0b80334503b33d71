package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.radllama.ingest.run.JobFailure;

/** What becomes of a report that an imported file has no prediction for. */
public enum MissingPolicy {
  /** Only reports that every system answered are scored, so that all are compared on the same. */
  SHARED,
  /** A missing prediction counts as an empty one. */
  EMPTY;

  /**
   * Reads the setting {@code predictions.missing}.
   *
   * @throws JobFailure exit 2 for any other word
   */
  public static MissingPolicy of(String name) {
    return switch (name) {
      case "shared" -> SHARED;
      case "empty" -> EMPTY;
      default -> throw JobFailure.usage("predictions.missing must be shared or empty, not " + name);
    };
  }

  /**
   * The predictions to score, sorted by system, dataset and id.
   *
   * @throws JobFailure exit 3 when no report is left
   */
  public List<Prediction> predictions(List<EvaluationItem> items, List<SystemAnswers> systems) {
    List<EvaluationItem> scored =
        this == EMPTY
            ? items
            : items.stream()
                .filter(i -> systems.stream().allMatch(s -> s.byId().containsKey(i.id())))
                .toList();
    if (scored.isEmpty()) {
      throw JobFailure.input(
          "no report of the split has a prediction of every system"
              + " (setting predictions.missing = empty counts a missing one as empty)");
    }
    List<Prediction> predictions = new ArrayList<>();
    systems.stream()
        .sorted(Comparator.comparing(SystemAnswers::name))
        .forEach(
            s ->
                scored.stream()
                    .sorted(EvaluationSet.ORDER)
                    .forEach(i -> predictions.add(of(s, i))));
    return predictions;
  }

  private static Prediction of(SystemAnswers system, EvaluationItem item) {
    String text = system.byId().getOrDefault(item.id(), "");
    return new Prediction(
        item.id(), item.dataset(), item.split(), system.name(), text, item.reference());
  }
}
