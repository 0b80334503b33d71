package org.radllama.eval.study;

import java.util.List;
import java.util.Locale;

/**
 * What readers judge an impression by: the five dimensions of the expert evaluation of
 * Radiology-Llama2 (arXiv 2309.06419). The paper names them; definitions and anchors are ours.
 */
public enum Dimension {
  UNDERSTANDABILITY(
      "Understandability",
      "How easily the clinician who asked for the study can read and understand it.",
      "Cannot be understood",
      "Hard to understand; parts stay unclear",
      "Understood with some effort",
      "Easy to understand, one small obscurity",
      "Understood at once, nothing unclear"),
  COHERENCE(
      "Coherence",
      "Whether its statements agree with each other and follow in a logical order.",
      "Contradictory or without connection",
      "Several statements do not fit together",
      "Fits mostly; order or connection is weak",
      "Fits together, one small break",
      "Fits together throughout, in logical order"),
  RELEVANCE(
      "Relevance",
      "Whether it says what matters in these findings, and nothing that they do not support.",
      "Misses the main finding or makes one up",
      "Misses something important or adds something unsupported",
      "Main finding there, lesser ones missing or unsupported",
      "All that matters, one small omission or addition",
      "Exactly what matters in these findings"),
  CONCISENESS(
      "Conciseness",
      "Whether it is as short as it can be without losing what matters.",
      "Far too long, or too short to be of use",
      "Much that is superfluous or repeated",
      "Some that is superfluous or repeated",
      "A word or two too many",
      "No word too many, none missing"),
  CLINICAL_UTILITY(
      "Clinical utility",
      "How useful it would be for the patient's care, as the impression of this report.",
      "Useless or harmful",
      "Of little use; has to be written anew",
      "Usable after correction of content",
      "Usable after a small edit",
      "Usable as it stands");

  private final String title;
  private final String definition;

  @SuppressWarnings("ImmutableEnumChecker") // The list is a copy that cannot be changed.
  private final List<String> anchors;

  Dimension(String title, String definition, String... anchors) {
    this.title = title;
    this.definition = definition;
    this.anchors = List.of(anchors);
  }

  /** Its name in files: {@code clinical_utility}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** What it asks. */
  public String definition() {
    return definition;
  }

  /** What the ratings 1 to 5 mean. */
  public List<String> anchors() {
    return anchors;
  }
}
