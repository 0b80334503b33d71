package org.radllama.train.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.Decoding;

/**
 * Draws several texts at once. Texts that have begun alike are one beam until they part, so that a
 * sure model reads few beams however many texts are drawn.
 */
final class SampledTexts implements TokenSearch {
  private final Decoding how;
  private final Sampler sampler;
  private final long[] streams;
  private final int[][] ended;
  private List<Branch> open;
  private int made;

  /**
   * Texts that have begun alike.
   *
   * @param tokens the new tokens so far
   * @param texts which texts they are, ascending
   */
  private record Branch(int[] tokens, List<Integer> texts) {}

  /**
   * A search.
   *
   * @param keys of the texts: each decides, with the seed, what is drawn
   */
  SampledTexts(Decoding how, Decoding.Sampling sampling, long[] keys) {
    this.how = how;
    this.sampler = new Sampler(sampling);
    this.streams =
        LongStream.of(keys).map(key -> CounterRandom.key(sampling.seed(), key)).toArray();
    this.ended = new int[streams.length][];
    this.open =
        List.of(new Branch(new int[0], IntStream.range(0, streams.length).boxed().toList()));
  }

  @Override
  public List<Beam> next(float[][] logits) {
    List<Beam> beams = new ArrayList<>();
    List<Branch> branches = new ArrayList<>();
    for (int parent = 0; parent < open.size(); parent++) {
      Branch branch = open.get(parent);
      for (var drawn : draw(branch, logits[parent]).entrySet()) {
        int[] tokens = Arrays.copyOf(branch.tokens, made + 1);
        tokens[made] = drawn.getKey();
        if (drawn.getKey() == how.endToken()) {
          end(drawn.getValue(), branch.tokens);
        } else if (tokens.length == how.maxNewTokens()) {
          end(drawn.getValue(), tokens);
        } else {
          beams.add(new Beam(parent, drawn.getKey()));
          branches.add(new Branch(tokens, drawn.getValue()));
        }
      }
    }
    made++;
    open = branches;
    return beams;
  }

  /** Which of a branch's texts drew which token. */
  private Map<Integer, List<Integer>> draw(Branch branch, float[] logits) {
    double[] weights = sampler.weights(logits);
    Map<Integer, List<Integer>> drawn = new LinkedHashMap<>();
    for (int text : branch.texts) {
      int token = Sampler.draw(weights, CounterRandom.unit(streams[text], made));
      drawn.computeIfAbsent(token, absent -> new ArrayList<>()).add(text);
    }
    return drawn;
  }

  private void end(List<Integer> texts, int[] tokens) {
    texts.forEach(text -> ended[text] = tokens);
  }

  @Override
  public List<int[]> texts() {
    return List.of(ended);
  }
}
