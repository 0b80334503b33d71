package org.radllama.train.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.failure.BadInputException;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout.Slot;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A base's weights with an adapter added in, {@code W + s B A} (Hu et al., arXiv 2106.09685,
 * section 4.1), worked out in double precision while they are written, a slice at a time. Each
 * weight keeps the base's dtype, so what has no adapter keeps its bits.
 */
public final class MergedWeights {
  private static final float LARGEST_HALF = 65504;

  private final BaseModel base;
  private final Adaptation.Lora lora;
  private final float[] values;
  private final Map<String, Slot> factors = new HashMap<>();

  /**
   * A merge.
   *
   * @param base open until the tensors are written
   * @param values the flat vector of the adapter
   */
  public MergedWeights(BaseModel base, Adaptation.Lora lora, float[] values) {
    this.base = base;
    this.lora = lora;
    this.values = values;
    LlamaWeights.layout(base.config(), lora).slots().forEach(s -> factors.put(s.name(), s));
  }

  /** All weights of the model, in the model's order. */
  public List<FloatTensor> tensors() {
    Map<String, FloatTensor.Source> merged = new HashMap<>();
    for (int layer = 0; layer < base.config().layers(); layer++) {
      for (String target : lora.targets()) {
        String name = LlamaWeights.projection(layer, target);
        Slot a = factors.get(LlamaWeights.loraFactor(layer, target, "lora_A"));
        Slot b = factors.get(LlamaWeights.loraFactor(layer, target, "lora_B"));
        merged.put(name, (from, into, count) -> merge(name, a, b, from, into, count));
      }
    }
    List<FloatTensor> tensors = new ArrayList<>();
    LlamaWeights.tensors(base.config())
        .forEach(
            (name, shape) -> {
              FloatTensor.Source plain =
                  (from, into, count) -> base.read(name, from, into, 0, count);
              List<Long> dimensions = shape.stream().map(Integer::longValue).toList();
              tensors.add(
                  new FloatTensor(
                      name, base.dtype(name), dimensions, merged.getOrDefault(name, plain)));
            });
    return tensors;
  }

  /** The elements {@code from} to {@code from + count} of a weight (out, in), row by row. */
  private void merge(String name, Slot a, Slot b, long from, float[] into, int count)
      throws IOException {
    base.read(name, from, into, 0, count);
    int in = a.shape().get(1);
    double[] row = new double[in];
    for (int done = 0; done < count; ) {
      int i = (int) ((from + done) / in);
      int first = (int) ((from + done) % in);
      int n = Math.min(in - first, count - done);
      product(a, b, i, first, n, row);
      for (int j = 0; j < n; j++) {
        into[done + j] = (float) (into[done + j] + lora.scale() * row[j]);
      }
      done += n;
    }
    if (base.dtype(name) == Dtype.F16) {
      requireHalf(name, into, count);
    }
  }

  /** {@code row = (B A)[i, first : first + n]}. */
  private void product(Slot a, Slot b, int i, int first, int n, double[] row) {
    Arrays.fill(row, 0, n, 0);
    for (int r = 0; r < lora.rank(); r++) {
      double factor = values[b.offset() + i * lora.rank() + r];
      int at = a.offset() + r * a.shape().get(1) + first;
      for (int j = 0; j < n; j++) {
        row[j] += factor * values[at + j];
      }
    }
  }

  private static void requireHalf(String name, float[] values, int count) {
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(values[i]) <= LARGEST_HALF)) {
        throw new BadInputException(
            "%s: a merged weight is %s, beyond F16, the base's format; export = adapter works",
            name, values[i]);
      }
    }
  }
}
