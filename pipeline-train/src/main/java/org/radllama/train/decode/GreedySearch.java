package org.radllama.train.decode;

import java.util.Arrays;
import java.util.List;
import org.radllama.train.engine.Decoding;

/** One beam that always takes the likeliest token. */
final class GreedySearch implements TokenSearch {
  private final int endToken;
  private final int[] made;
  private int count;

  GreedySearch(Decoding how) {
    this.endToken = how.endToken();
    this.made = new int[how.maxNewTokens()];
  }

  @Override
  public List<Beam> next(float[][] logits) {
    int token = Ranking.largest(logits[0]);
    if (token == endToken) {
      return List.of();
    }
    made[count++] = token;
    return count == made.length ? List.of() : List.of(new Beam(0, token));
  }

  @Override
  public List<int[]> texts() {
    return List.of(Arrays.copyOf(made, count));
  }
}
