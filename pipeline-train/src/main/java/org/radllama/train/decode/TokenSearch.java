package org.radllama.train.decode;

import java.util.List;
import java.util.stream.IntStream;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Decoding;

/**
 * The search for one text's continuation. It starts with one beam, the prompt; {@link #next} is
 * called with the logits behind each open beam until it opens no more.
 */
public sealed interface TokenSearch permits GreedySearch, BeamSearch, SampledTexts {

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

  /** The new tokens of the texts asked for, each without the end token. */
  List<int[]> texts();

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
      long[] keys =
          IntStream.range(0, samples.texts()).mapToLong(n -> CounterRandom.key(key, n)).toArray();
      return new SampledTexts(how, samples.sampling(), keys);
    }
    if (how.strategy() instanceof Decoding.Sampling sampling) {
      return new SampledTexts(how, sampling, new long[] {key});
    }
    return new GreedySearch(how);
  }
}
