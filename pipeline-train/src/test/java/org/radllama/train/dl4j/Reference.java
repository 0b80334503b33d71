package org.radllama.train.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.engine.Precision;
import org.radllama.train.kernels.Backend;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;

/**
 * One model of llama-reference.json, which src/test/scripts/llama_reference.py makes by PyTorch, or
 * of family-reference.json, which family_reference.py makes by transformers and PEFT.
 */
record Reference(
    String name,
    LlamaConfig config,
    Adaptation adaptation,
    List<EncodedExample> examples,
    double loss,
    float[] lastLogits,
    float[] gradient) {
  private static final FrozenBase.Form FLOATS = new FrozenBase.Form(Precision.F32, false);

  static List<Reference> all() {
    List<Reference> all = new ArrayList<>();
    for (String file : List.of("llama-reference.json", "family-reference.json")) {
      read(file).forEach(node -> all.add(of(node)));
    }
    return all;
  }

  static JsonNode read(String file) {
    try (InputStream in = Reference.class.getResourceAsStream(file)) {
      return Json.mapper().readTree(in);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Reference of(JsonNode node) {
    LlamaConfig config = LlamaConfig.parse(node.get("config").toString());
    List<EncodedExample> examples = new ArrayList<>();
    for (JsonNode e : node.get("examples")) {
      int[] ids = new int[e.get(0).asInt()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = (7 * i * i + 3 * i + 11 * examples.size()) % config.vocabularySize();
      }
      examples.add(new EncodedExample(examples.size(), ids, e.get(1).asInt()));
    }
    return new Reference(
        node.get("name").asText(),
        config,
        adaptation(node.get("lora")),
        examples,
        node.get("loss").asDouble(),
        floats(node.get("last_logits").asText()),
        floats(node.get("gradient").asText()));
  }

  private static Adaptation adaptation(JsonNode lora) {
    if (lora.isNull()) {
      return new Adaptation.Full();
    }
    List<String> targets = new ArrayList<>();
    lora.get("targets").forEach(t -> targets.add(t.asText()));
    return new Adaptation.Lora(
        lora.get("r").asInt(),
        lora.get("alpha").asDouble(),
        0,
        targets,
        lora.get("rs").asBoolean());
  }

  static float[] floats(String base64) {
    ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
    float[] values = new float[bytes.capacity() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }

  MicroBatch batch() {
    return new MicroBatch(examples);
  }

  /** The trainable numbers, by the script's formula. */
  float[] trainable() {
    boolean lora = adaptation instanceof Adaptation.Lora;
    return values(LlamaWeights.layout(config, adaptation), lora ? 1000 : 0, lora ? 0.1 : 0.2);
  }

  static float[] values(ParameterLayout layout, int firstTensor, double scale) {
    float[] values = new float[layout.parameterCount()];
    int t = firstTensor;
    for (ParameterLayout.Slot slot : layout.slots()) {
      double one = slot.name().endsWith("norm.weight") ? 1 : 0;
      for (int i = 0; i < slot.size(); i++) {
        values[slot.offset() + i] = (float) (scale * Math.sin(12.9898 * i + 78.233 * t) + one);
      }
      t++;
    }
    return values;
  }

  /** Length of the difference of two vectors over that of the expected one. */
  static double relativeError(float[] seen, float[] expected) {
    assertThat(seen).hasSameSizeAs(expected);
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < seen.length; i++) {
      difference += Math.pow((double) seen[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  FrozenBase base(Backend backend) {
    return adaptation instanceof Adaptation.Full
        ? FrozenBase.none(backend)
        : FrozenBase.load(backend, FLOATS, config, weights());
  }

  /** The frozen weights, by the script's formula. */
  FrozenBase.Source weights() {
    return source(config, values(LlamaWeights.fullLayout(config), 0, 0.2));
  }

  /** A base of given weights, in the order of the full layout. */
  static FrozenBase base(Backend backend, LlamaConfig config, float[] weights) {
    return base(backend, FLOATS, config, weights);
  }

  static FrozenBase base(
      Backend backend, FrozenBase.Form form, LlamaConfig config, float[] weights) {
    return FrozenBase.load(backend, form, config, source(config, weights));
  }

  private static FrozenBase.Source source(LlamaConfig config, float[] weights) {
    Map<String, ParameterLayout.Slot> slots = new HashMap<>();
    LlamaWeights.fullLayout(config).slots().forEach(s -> slots.put(s.name(), s));
    return (tensor, at, into, count) ->
        System.arraycopy(weights, slots.get(tensor).offset() + (int) at, into, 0, count);
  }

  @Override
  public String toString() {
    return name;
  }
}
