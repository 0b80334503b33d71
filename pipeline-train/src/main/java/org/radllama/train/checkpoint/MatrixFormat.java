package org.radllama.train.checkpoint;

import java.util.EnumSet;
import java.util.Set;
import java.util.function.Function;
import org.radllama.train.engine.Precision;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.Dtype;

/** The number format that all matrices of a model share. */
final class MatrixFormat {
  private MatrixFormat() {}

  /** BF16 or FP16 where every matrix is that, else F32, which holds the numbers of any. */
  static Precision of(LlamaConfig config, Function<String, Dtype> dtype) {
    Set<Dtype> dtypes = EnumSet.noneOf(Dtype.class);
    LlamaWeights.tensors(config)
        .forEach(
            (name, shape) -> {
              if (shape.size() == 2) {
                dtypes.add(dtype.apply(name));
              }
            });
    if (dtypes.equals(Set.of(Dtype.BF16))) {
      return Precision.BF16;
    }
    return dtypes.equals(Set.of(Dtype.F16)) ? Precision.FP16 : Precision.F32;
  }
}
