package org.radllama.eval.predict;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.radllama.run.JobFailure;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSettings;

/**
 * How models write, until the end token or the limit.
 *
 * @param strategy how the tokens are chosen
 * @param consensus how one of several texts is chosen; empty where one is made
 * @param maxNewTokens at most so many tokens, at least 1
 * @param maxLength longest prompt and impression in tokens, as in training; 0: as the adapter says,
 *     else as the model can
 * @param batchSize prompts that one task continues together, at least 1
 * @param engine what computes, and how it holds the base
 */
public record Generation(
    Decoding.Strategy strategy,
    Optional<ConsensusRule> consensus,
    int maxNewTokens,
    int maxLength,
    int batchSize,
    EngineSettings engine) {
  private static final List<String> DRAWING = List.of("temperature", "top-k", "top-p", "seed");

  /** In the order in which messages name them. */
  private static final List<Own> OWN =
      List.of(
          new Own("greedy", List.of(), List.of()),
          new Own("sample", DRAWING, List.of()),
          new Own("beam", List.of("beams", "length-penalty", "early-stopping"), List.of()),
          new Own("consensus", DRAWING, List.of("samples", "neighbour-weight", "pool")));

  /** Settings that a strategy uses: those it may share with others, and those of its own. */
  private record Own(String strategy, List<String> shared, List<String> alone) {
    boolean uses(String key) {
      return shared.contains(key) || alone.contains(key);
    }
  }

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
    if (OWN.stream().noneMatch(own -> own.strategy.equals(name))) {
      throw JobFailure.usage(
          "generate.strategy is %s, must be greedy, sample, beam or consensus".formatted(name));
    }
    OWN.stream()
        .flatMap(own -> Stream.concat(own.shared.stream(), own.alone.stream()))
        .forEach(key -> requireUsed(name, key, given, reference));
    return switch (name) {
      case "sample" -> sampling(given);
      case "consensus" -> new Decoding.Samples(sampling(given), given.getInt("samples"));
      case "beam" ->
          new Decoding.Beams(
              given.getInt("beams"),
              given.getDouble("length-penalty"),
              Decoding.EarlyStopping.of(given.getString("early-stopping")));
      default -> new Decoding.Greedy();
    };
  }

  private static Decoding.Sampling sampling(Config given) {
    return new Decoding.Sampling(
        given.getDouble("temperature"),
        given.getInt("top-k"),
        given.getDouble("top-p"),
        given.getLong("seed"));
  }

  /**
   * How strategy consensus chooses; empty for another strategy.
   *
   * @param given the settings under {@code generate}
   */
  public static Optional<ConsensusRule> consensus(Config given, Neighbours neighbours) {
    return given.getString("strategy").equals("consensus")
        ? Optional.of(
            new ConsensusRule(
                neighbours, given.getDouble("neighbour-weight"), given.getString("pool")))
        : Optional.empty();
  }

  private static void requireUsed(String name, String key, Config given, Config reference) {
    boolean number = reference.getValue(key).valueType() == ConfigValueType.NUMBER;
    boolean same =
        number
            ? given.getDouble(key) == reference.getDouble(key)
            : given.getString(key).equals(reference.getString(key));
    List<String> users = OWN.stream().filter(o -> o.uses(key)).map(Own::strategy).toList();
    if (!users.contains(name) && !same) {
      throw JobFailure.usage(
          "generate.%s is %s, but generate.strategy = %s does not use it: only %s %s"
              .formatted(
                  key,
                  given.getString(key),
                  name,
                  String.join(" and ", users),
                  users.size() == 1 ? "does" : "do"));
    }
  }

  /** Everything that decides what is written, for the signature. */
  public String label() {
    String how = "max-new-tokens=" + maxNewTokens;
    if (strategy instanceof Decoding.Sampling s) {
      return "sample,%s,%s".formatted(drawing(s), how);
    }
    if (strategy instanceof Decoding.Samples s) {
      return "consensus,samples=%d,%s,%s,%s"
          .formatted(
              s.texts(),
              drawing(s.sampling()),
              consensus.map(ConsensusRule::label).orElse("none"),
              how);
    }
    if (strategy instanceof Decoding.Beams b) {
      return "beam,beams=%d,length-penalty=%s,early-stopping=%s,%s"
          .formatted(b.beams(), b.lengthPenalty(), b.earlyStopping().label(), how);
    }
    return "greedy," + how;
  }

  private static String drawing(Decoding.Sampling s) {
    return "temperature=%s,top-k=%d,top-p=%s,seed=%d"
        .formatted(s.temperature(), s.topK(), s.topP(), s.seed());
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
