package org.radllama.train.engine;

import java.io.Serializable;
import java.util.Locale;

/**
 * How to continue a prompt, until the end token or the limit.
 *
 * @param maxNewTokens at least 1
 * @param endToken id of EOS
 * @param strategy how the tokens are chosen
 */
public record Decoding(int maxNewTokens, int endToken, Strategy strategy) implements Serializable {
  public Decoding {
    require(maxNewTokens >= 1, "max-new-tokens must be at least 1, not " + maxNewTokens);
  }

  /** How the tokens are chosen. */
  public sealed interface Strategy extends Serializable {
    /** How many continuations of a text are read at once. */
    default int beams() {
      return 1;
    }

    /** How many texts come of each prompt. */
    default int texts() {
      return 1;
    }
  }

  /** Always the likeliest next token, the one of the lowest id on a tie. */
  public record Greedy() implements Strategy {}

  /**
   * Draws each token. The logits are divided by the temperature, then those below the k-th largest
   * fall away, then the least likely ones that together have at most 1 - p (Holtzman et al., arXiv
   * 1904.09751); in this order, as in Hugging Face's transformers.
   *
   * @param temperature above 0; below 1 it sharpens
   * @param topK at least 0; 0 keeps all. What equals the k-th largest stays too
   * @param topP in (0, 1]; 1 keeps all. At least one token stays
   * @param seed a drawn token is a function of it, the text's key and the token's place
   */
  public record Sampling(double temperature, int topK, double topP, long seed) implements Strategy {
    public Sampling {
      require(
          temperature > 0 && temperature < Double.POSITIVE_INFINITY,
          "temperature must be above 0, not "
              + temperature
              + " (strategy greedy is its limit at 0)");
      require(topK >= 0, "top-k must be at least 0 (all tokens), not " + topK);
      require(topP > 0 && topP <= 1, "top-p must be above 0 and at most 1, not " + topP);
    }
  }

  /**
   * Several texts drawn independently. The n-th, counted from 0, is what {@link Sampling} alone
   * draws for the key {@code CounterRandom.key(key, n)}; equal beginnings are read once.
   *
   * @param sampling how each is drawn
   * @param texts how many, at least 1
   */
  public record Samples(Sampling sampling, int texts) implements Strategy {
    public Samples {
      require(texts >= 1, "samples must be at least 1, not " + texts);
    }

    @Override
    public int beams() {
      return texts;
    }
  }

  /**
   * Beam search as in Hugging Face's transformers 4.36 to 4.49: a text's score is the sum of its
   * tokens' log-probabilities divided by {@code length ^ lengthPenalty}, where the length counts
   * the new tokens, EOS among them, and not the prompt.
   *
   * @param beams open texts, at least 2
   * @param lengthPenalty above 0 favours long texts, below 0 short ones, 0 neither
   * @param earlyStopping when a search ends that has {@code beams} ended texts
   */
  public record Beams(int beams, double lengthPenalty, EarlyStopping earlyStopping)
      implements Strategy {
    public Beams {
      require(beams >= 2, "beams must be at least 2, not " + beams + " (one beam is greedy)");
      require(Double.isFinite(lengthPenalty), "length-penalty must be a number");
    }
  }

  /** When a beam search ends that has as many ended texts as beams. */
  public enum EarlyStopping {
    /** At once. */
    TRUE,
    /** When the best open text, divided by its present length, is no better than the worst. */
    FALSE,
    /** When no open text can become better than the worst at any length. */
    NEVER;

    /**
     * By its name in configurations, as in transformers.
     *
     * @throws IllegalArgumentException for any other
     */
    public static EarlyStopping of(String name) {
      for (EarlyStopping value : values()) {
        if (value.label().equals(name)) {
          return value;
        }
      }
      throw new IllegalArgumentException(
          "early-stopping must be true, false or never, not " + name);
    }

    /** Its name in configurations. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
