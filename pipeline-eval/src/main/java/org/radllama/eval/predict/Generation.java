package org.radllama.eval.predict;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Map;
import org.radllama.ingest.run.JobFailure;
import org.radllama.train.engine.Decoding;
import org.radllama.train.kernels.Precision;

/**
 * How models write, until the end token or the limit.
 *
 * @param strategy how the tokens are chosen
 * @param maxNewTokens at most so many tokens, at least 1
 * @param maxLength longest prompt and impression in tokens, as in training; 0: as the adapter says,
 *     else as the model can
 * @param batchSize prompts that one task continues together, at least 1
 * @param engine auto, dl4j or cuda
 * @param kernels auto, fused or ndarray
 * @param basePrecision how the executors hold the base
 */
public record Generation(
    Decoding.Strategy strategy,
    int maxNewTokens,
    int maxLength,
    int batchSize,
    String engine,
    String kernels,
    Precision basePrecision) {
  private static final Map<String, List<String>> OWN =
      Map.of(
          "greedy", List.of(),
          "sample", List.of("temperature", "top-k", "top-p", "seed"),
          "beam", List.of("beams", "length-penalty", "early-stopping"));

  /**
   * The strategy that the settings under {@code generate} name.
   *
   * @param given the settings
   * @param reference their defaults, which the settings of other strategies must keep
   * @throws JobFailure exit 2 for an unknown one, and for settings that it would not use
   * @throws IllegalArgumentException for values that cannot be
   */
  public static Decoding.Strategy strategy(Config given, Config reference) {
    String name = given.getString("strategy");
    if (!OWN.containsKey(name)) {
      throw JobFailure.usage(
          "generate.strategy is %s, must be greedy, sample or beam".formatted(name));
    }
    OWN.forEach(
        (other, keys) -> keys.forEach(key -> requireUsed(name, other, key, given, reference)));
    return switch (name) {
      case "sample" ->
          new Decoding.Sampling(
              given.getDouble("temperature"),
              given.getInt("top-k"),
              given.getDouble("top-p"),
              given.getLong("seed"));
      case "beam" ->
          new Decoding.Beams(
              given.getInt("beams"),
              given.getDouble("length-penalty"),
              Decoding.EarlyStopping.of(given.getString("early-stopping")));
      default -> new Decoding.Greedy();
    };
  }

  private static void requireUsed(
      String name, String other, String key, Config given, Config reference) {
    boolean number = reference.getValue(key).valueType() == ConfigValueType.NUMBER;
    boolean same =
        number
            ? given.getDouble(key) == reference.getDouble(key)
            : given.getString(key).equals(reference.getString(key));
    if (!name.equals(other) && !same) {
      throw JobFailure.usage(
          "generate.%s is %s, but generate.strategy = %s does not use it: only %s does"
              .formatted(key, given.getString(key), name, other));
    }
  }

  /** Everything that decides what is written, for the signature. */
  public String label() {
    String how = "max-new-tokens=" + maxNewTokens;
    if (strategy instanceof Decoding.Sampling s) {
      return "sample,temperature=%s,top-k=%d,top-p=%s,seed=%d,%s"
          .formatted(s.temperature(), s.topK(), s.topP(), s.seed(), how);
    }
    if (strategy instanceof Decoding.Beams b) {
      return "beam,beams=%d,length-penalty=%s,early-stopping=%s,%s"
          .formatted(b.beams(), b.lengthPenalty(), b.earlyStopping().label(), how);
    }
    return "greedy," + how;
  }

  /**
   * Tokens that a prompt keeps free for its impression: the limit of new tokens, but at most a
   * quarter of the length, so that a generous limit takes no findings away. Longer impressions go
   * beyond the length, never beyond what the model can.
   */
  int reserved(int length) {
    return Math.min(maxNewTokens, Math.max(1, length / 4));
  }
}
