package org.radllama.train.decode;

import java.util.List;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Decoding;

/**
 * The search for one text's continuation. It starts with one beam, the prompt; {@link #next} is
 * called with the logits behind each open beam until it opens no more.
 */
public sealed interface TokenSearch permits SingleSearch, BeamSearch, SampledTexts {

  /**
   * A beam to read on.
   *
   * @param parent the beam it continues, as a place in the list before
   * @param token its new token
   */
  record Beam(int parent, int token) {}

  /**
   * Chooses.
   *
   * @param logits (open beams or more, vocabulary); row i belongs to the i-th beam of the list
   *     returned last
   * @return the beams now open, best first; empty when the search has ended
   * @throws org.radllama.failure.BadInputException when logits are not finite
   */
  List<Beam> next(float[][] logits);

  /** The new tokens of the best text, without the end token. */
  int[] best();

  /** The texts asked for, as many as {@link Decoding.Strategy#texts()}. */
  default List<int[]> texts() {
    return List.of(best());
  }

  /**
   * A search.
   *
   * @param key which text this is; texts of the same key and logits draw the same tokens
   */
  static TokenSearch of(Decoding how, long key) {
    if (how.strategy() instanceof Decoding.Beams beams) {
      return new BeamSearch(how, beams);
    }
    if (how.strategy() instanceof Decoding.Samples samples) {
      return new SampledTexts(how, samples, key);
    }
    if (how.strategy() instanceof Decoding.Sampling sampling) {
      Sampler sampler = new Sampler(sampling);
      long stream = SampledTexts.stream(sampling, key);
      return new SingleSearch(
          how, (logits, place) -> sampler.draw(logits, CounterRandom.unit(stream, place)));
    }
    return new SingleSearch(how, (logits, place) -> Ranking.largest(logits));
  }
}
