package org.radllama.eval.findings;

/**
 * A phrase in a statement.
 *
 * @param phrase which
 * @param start its first word
 * @param end the word behind its last
 * @param named the words that it names itself, bit k for the k-th from its first
 */
record Match(Phrase phrase, int start, int end, long named) {
  Phrase.Kind kind() {
    return phrase.kind();
  }

  boolean is(Phrase.Kind kind) {
    return phrase.kind() == kind;
  }

  /** Whether it may speak of what a mention speaks of. */
  boolean concerns(Match mention) {
    if (phrase.observations().isEmpty()) {
      return true;
    }
    for (Observation observation : mention.phrase().observations()) {
      if (phrase.observations().contains(observation)) {
        return true;
      }
    }
    return false;
  }
}
