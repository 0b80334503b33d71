package org.radllama.eval.predict;

import static org.radllama.text.Format.format;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.run.SettingReader;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.engine.EngineSettings.Activations;
import org.radllama.train.engine.EngineSettings.BasePrecision;
import org.radllama.train.engine.EngineSettings.DeviceKind;
import org.radllama.train.engine.EngineSettings.EngineKind;
import org.radllama.train.engine.EngineSettings.KernelKind;
import org.radllama.train.engine.EngineSettings.MatmulPrecision;
import org.radllama.train.engine.Recompute;

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

  /** The settings that each strategy uses, in the order in which messages name strategies. */
  private static final Map<String, List<String>> USED = new LinkedHashMap<>();

  static {
    USED.put("greedy", List.of());
    USED.put("sample", DRAWING);
    USED.put("beam", List.of("beams", "length-penalty", "early-stopping"));
    List<String> consensus = new ArrayList<>(DRAWING);
    consensus.addAll(List.of("samples", "neighbour-weight", "pool"));
    USED.put("consensus", consensus);
  }

  /**
   * Reads the settings under {@code generate}.
   *
   * @param reference their defaults, which the settings of other strategies must keep; without
   *     {@code pool} for a job that has no such system
   */
  public static Generation of(SettingReader r, Config reference, Neighbours neighbours) {
    String name = r.oneOf("strategy", List.copyOf(USED.keySet()));
    if (name.equals(r.text("strategy"))) {
      USED.values().stream()
          .flatMap(List::stream)
          .distinct()
          .filter(reference::hasPath)
          .forEach(key -> requireUsed(name, key, r, reference));
    }
    return new Generation(
        r.made(() -> strategy(name, r), new Decoding.Greedy()),
        name.equals("consensus")
            ? r.made(
                () ->
                    Optional.of(
                        new ConsensusRule(
                            neighbours,
                            r.number("neighbour-weight"),
                            reference.hasPath("pool") ? r.text("pool") : "")),
                Optional.empty())
            : Optional.empty(),
        r.atLeast(1, "max-new-tokens"),
        r.atLeast(0, "max-length"),
        r.atLeast(1, "batch-size"),
        engine(r));
  }

  private static EngineSettings engine(SettingReader r) {
    EngineKind engine = r.oneOf("engine", EngineKind.class);
    KernelKind kernels = r.oneOf("kernels", KernelKind.class);
    DeviceKind device = r.oneOf("device", DeviceKind.class);
    Activations activations = r.oneOf("activations", Activations.class);
    BasePrecision precision = r.oneOf("base-precision", BasePrecision.class);
    return r.made(
        () ->
            new EngineSettings(
                engine,
                kernels,
                device,
                activations,
                MatmulPrecision.F32,
                precision,
                Recompute.AUTO),
        null);
  }

  private static Decoding.Strategy strategy(String name, SettingReader r) {
    return switch (name) {
      case "sample" -> sampling(r);
      case "consensus" -> new Decoding.Samples(sampling(r), r.integer("samples"));
      case "beam" ->
          new Decoding.Beams(
              r.integer("beams"),
              r.number("length-penalty"),
              Decoding.EarlyStopping.of(r.text("early-stopping")));
      default -> new Decoding.Greedy();
    };
  }

  private static Decoding.Sampling sampling(SettingReader r) {
    return new Decoding.Sampling(
        r.number("temperature"), r.integer("top-k"), r.number("top-p"), r.longNumber("seed"));
  }

  private static void requireUsed(String name, String key, SettingReader r, Config reference) {
    boolean same =
        reference.getValue(key).valueType() == ConfigValueType.NUMBER
            ? r.number(key) == reference.getDouble(key)
            : r.text(key).equals(reference.getString(key));
    List<String> users =
        USED.keySet().stream().filter(user -> USED.get(user).contains(key)).toList();
    r.require(
        users.contains(name) || same,
        "generate.%s is %s, but generate.strategy = %s does not use it: only %s %s",
        key,
        r.text(key),
        name,
        String.join(" and ", users),
        users.size() == 1 ? "does" : "do");
  }

  /** Everything that decides what is written, for the signature. */
  public String label() {
    String how = "max-new-tokens=" + maxNewTokens;
    if (strategy instanceof Decoding.Sampling s) {
      return "sample,%s,%s".formatted(drawing(s), how);
    }
    if (strategy instanceof Decoding.Samples s) {
      return format(
          "consensus,samples=%d,%s,%s,%s",
          s.texts(),
          drawing(s.sampling()),
          consensus.map(ConsensusRule::label).orElse("none"),
          how);
    }
    if (strategy instanceof Decoding.Beams b) {
      return format(
          "beam,beams=%d,length-penalty=%s,early-stopping=%s,%s",
          b.beams(), b.lengthPenalty(), b.earlyStopping().label(), how);
    }
    return "greedy," + how;
  }

  private static String drawing(Decoding.Sampling s) {
    return format(
        "temperature=%s,top-k=%d,top-p=%s,seed=%d", s.temperature(), s.topK(), s.topP(), s.seed());
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
