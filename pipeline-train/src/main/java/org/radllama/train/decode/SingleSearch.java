package org.radllama.train.decode;

import java.util.Arrays;
import java.util.List;
import org.radllama.train.engine.Decoding;

/** One beam whose tokens are chosen one after the other. */
final class SingleSearch implements TokenSearch {
  private final int endToken;
  private final Choice choice;
  private final int[] made;
  private int count;

  /** Chooses a token from the logits at a place among the new tokens. */
  interface Choice {
    int of(float[] logits, int place);
  }

  SingleSearch(Decoding how, Choice choice) {
    this.endToken = how.endToken();
    this.choice = choice;
    this.made = new int[how.maxNewTokens()];
  }

  @Override
  public List<Beam> next(float[][] logits) {
    int token = choice.of(logits[0], count);
    if (token == endToken) {
      return List.of();
    }
    made[count++] = token;
    return count == made.length ? List.of() : List.of(new Beam(0, token));
  }

  @Override
  public int[] best() {
    return Arrays.copyOf(made, count);
  }
}
