package org.radllama.eval.study;

import java.util.List;
import java.util.Locale;
import org.radllama.run.Json;

/**
 * What readers judge an impression by: the five dimensions of the expert evaluation of
 * Radiology-Llama2 (arXiv 2309.06419). The paper names them; definitions and anchors, which {@code
 * dimensions.json} holds, are ours.
 */
public enum Dimension {
  UNDERSTANDABILITY,
  COHERENCE,
  RELEVANCE,
  CONCISENESS,
  CLINICAL_UTILITY;

  /** The wording of each, in the order of forms. */
  static final List<Wording> WORDINGS =
      List.of(Json.shipped(Dimension.class, "dimensions.json", Wording[].class));

  /**
   * What a form says of a dimension.
   *
   * @param id its {@link #label}
   * @param title its name for people
   * @param definition what it asks
   * @param anchors what the ratings 1 to 5 mean
   */
  record Wording(String id, String title, String definition, List<String> anchors) {}

  /** Its name in files: {@code clinical_utility}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What forms say of it. */
  Wording wording() {
    return WORDINGS.stream().filter(w -> w.id().equals(label())).findFirst().orElseThrow();
  }

  /** Its name for people. */
  String title() {
    return wording().title();
  }
}
