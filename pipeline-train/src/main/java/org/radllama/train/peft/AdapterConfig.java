package org.radllama.train.peft;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.llama.LlamaWeights;

/** {@code adapter_config.json}, as PEFT 0.10 to 0.13 write it for LoRA on a causal model. */
final class AdapterConfig {
  static final String FILE = "adapter_config.json";

  /** Keys that say how an adapter came about or how it is held, not what it computes. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "arrow_config",
          "auto_mapping",
          "base_model_name_or_path",
          "corda_config",
          "eva_config",
          "inference_mode",
          "loftq_config",
          "megatron_core",
          "peft_version",
          "qalora_group_size",
          "revision",
          "runtime_config");

  private static final Set<String> READ =
      Set.of(
          "bias",
          "init_lora_weights",
          "lora_alpha",
          "lora_dropout",
          "peft_type",
          "r",
          "target_modules",
          "task_type",
          "use_rslora");

  private AdapterConfig() {}

  /**
   * Reads one of an adapter's files.
   *
   * @throws BadInputException when it is not JSON
   */
  static JsonNode read(FileSystem fs, Path path) throws IOException {
    try {
      return Json.read(fs, path);
    } catch (JsonProcessingException e) {
      throw new BadInputException(path.toUri().getPath() + " is not JSON", e);
    }
  }

  /**
   * Reads the configuration.
   *
   * @param file how failures name the file
   * @param modules what the weights are of, asked where the names alone do not say what is adapted
   * @throws BadInputException naming the key
   */
  static Adaptation.Lora parse(JsonNode node, String file, Modules modules) throws IOException {
    require(node.path("peft_type").asText().equals("LORA"), file, node, "peft_type", "LORA");
    String task = node.path("task_type").asText("null");
    require(task.equals("CAUSAL_LM") || task.equals("null"), file, node, "task_type", "CAUSAL_LM");
    require(node.path("bias").asText("none").equals("none"), file, node, "bias", "none");
    checkInitial(node, file);
    checkRest(node, file);
    int rank = node.path("r").asInt();
    require(node.path("r").isInt() && rank > 0, file, node, "r", "a whole number of at least 1");
    JsonNode alpha = node.path("lora_alpha");
    require(alpha.isNumber(), file, node, "lora_alpha", "a number");
    double dropout = node.path("lora_dropout").asDouble(0);
    require(dropout >= 0 && dropout < 1, file, node, "lora_dropout", "in [0, 1)");
    boolean stabilised = node.path("use_rslora").asBoolean(false);
    return new Adaptation.Lora(
        rank, alpha.asDouble(), dropout, targets(node, file, modules), stabilised);
  }

  /** PiSSA and its like change the base too, so their factors alone are not the whole change. */
  private static void checkInitial(JsonNode node, String file) {
    JsonNode initial = node.path("init_lora_weights");
    boolean plain =
        !initial.isTextual() || Set.of("gaussian", "eva", "orthogonal").contains(initial.asText());
    require(plain, file, node, "init_lora_weights", "true, false, gaussian, orthogonal or eva");
  }

  private static void checkRest(JsonNode node, String file) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String key = entry.getKey();
      if (!READ.contains(key) && !WITHOUT_EFFECT.contains(key) && !off(entry.getValue())) {
        throw new BadInputException(
            "%s: %s is set to %s, which is not supported here; unset it and train again, or merge"
                    .formatted(file, key, shown(entry.getValue()))
                + " the adapter into its base");
      }
    }
  }

  private static boolean off(JsonNode value) {
    return value.isNull()
        || (value.isBoolean() && !value.asBoolean())
        || (value.isContainerNode() && value.isEmpty());
  }

  /** The modules, as {@code model.layers.0.self_attn.q_proj}, whose factors an adapter holds. */
  @FunctionalInterface
  interface Modules {
    /** Their names. */
    Set<String> names() throws IOException;
  }

  private static List<String> targets(JsonNode node, String file, Modules modules)
      throws IOException {
    JsonNode given = node.path("target_modules");
    require(
        given.isTextual() || (given.isArray() && !given.isEmpty()),
        file,
        node,
        "target_modules",
        "a list of names, a pattern or all-linear");
    Set<String> names = new HashSet<>();
    given.forEach(name -> names.add(name.asText()));
    if (given.isTextual() || !LlamaWeights.PROJECTIONS.containsAll(names)) {
      Predicate<String> adapted = adapted(given, Set.copyOf(names), file);
      names.clear();
      for (String module : modules.names()) {
        String name = module.substring(module.lastIndexOf('.') + 1);
        if (!LlamaWeights.PROJECTIONS.contains(name) || !adapted.test(module)) {
          throw new BadInputException(
              "%s: target_modules is %s, but there are factors of %s; supported are %s",
              file, shown(given), module, LlamaWeights.PROJECTIONS);
        }
        names.add(name);
      }
      require(
          !names.isEmpty(), file, node, "target_modules", "of at least one module in the weights");
    }
    return LlamaWeights.PROJECTIONS.stream().filter(names::contains).toList();
  }

  /** As PEFT goes by it: a whole name, the end of one, a pattern of whole names, or all. */
  private static Predicate<String> adapted(JsonNode given, Set<String> names, String file) {
    if (!given.isTextual()) {
      return module -> names.stream().anyMatch(n -> module.equals(n) || module.endsWith("." + n));
    }
    if (given.asText().equalsIgnoreCase("all-linear")) {
      return module -> true;
    }
    try {
      Pattern pattern = Pattern.compile(given.asText());
      return module -> {
        try {
          return pattern.matcher(new Bounded(module)).matches();
        } catch (IllegalStateException e) {
          throw new BadInputException(
              "%s: target_modules is %s, which takes too long to match", file, shown(given));
        }
      };
    } catch (PatternSyntaxException e) {
      throw new BadInputException(
          "%s: target_modules is %s, which is no pattern".formatted(file, shown(given)), e);
    }
  }

  /** A name that may be looked at so often: a foreign pattern may go on for ever. */
  private static final class Bounded implements CharSequence {
    private final String name;
    private int looks = 1_000_000;

    Bounded(String name) {
      this.name = name;
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public char charAt(int at) {
      if (--looks < 0) {
        throw new IllegalStateException("too many looks");
      }
      return name.charAt(at);
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return name.subSequence(from, to);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static void require(
      boolean holds, String file, JsonNode node, String key, String expected) {
    if (!holds) {
      throw new BadInputException(
          "%s: %s is %s, must be %s", file, key, shown(node.path(key)), expected);
    }
  }

  private static String shown(JsonNode value) {
    String text = value.isMissingNode() ? "missing" : value.toString();
    return text.length() <= 120 ? text : text.substring(0, 120) + "...";
  }

  /** The configuration as text, from a template: sorted keys, two blanks of indentation. */
  static ObjectNode toJson(Adaptation.Lora lora, String baseModelName) {
    ObjectNode node = Json.shipped(AdapterConfig.class, FILE, ObjectNode.class);
    node.put("base_model_name_or_path", baseModelName.isEmpty() ? null : baseModelName);
    if (lora.alpha() == Math.rint(lora.alpha())) {
      node.put("lora_alpha", (long) lora.alpha());
    } else {
      node.put("lora_alpha", lora.alpha());
    }
    node.put("lora_dropout", lora.dropout());
    node.put("r", lora.rank());
    ArrayNode targets = node.putArray("target_modules");
    LlamaWeights.PROJECTIONS.stream().filter(lora.targets()::contains).forEach(targets::add);
    node.put("use_rslora", lora.rankStabilised());
    return node;
  }
}
