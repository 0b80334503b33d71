package org.radllama.eval.history;

import org.radllama.eval.score.statistics.Summary;

/** Something about a run that a person should look at. */
public sealed interface Flag {
  /** The id of the run. */
  String run();

  /**
   * A score below the interval of the run before.
   *
   * @param run the run's id
   * @param before the id of the last run before it that has this score
   * @param now the score
   * @param then the score before
   * @param sameDataset whether both were scored on the same dataset, to the byte
   * @param sameSignature whether both were scored in the same way
   */
  record Fell(
      String run,
      String before,
      Summary now,
      Summary then,
      boolean sameDataset,
      boolean sameSignature)
      implements Flag {}

  /**
   * A model that was trained on another dataset than it is scored on: what counts as clean there
   * may have been trained on.
   *
   * @param run the id of the evaluation
   * @param model the input that the model was
   * @param training the id of the run that trained it
   * @param trainedOn the dataset of that
   * @param scoredOn the dataset of the evaluation
   */
  record OtherDataset(String run, String model, String training, String trainedOn, String scoredOn)
      implements Flag {}
}
