package org.radllama.train.export;

import java.io.IOException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.gguf.GgufMetadata;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.gguf.GgufWriter;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A LoRA adapter as a GGUF file that llama.cpp adds to a model of any number format ({@code
 * --lora}), as its {@code convert_lora_to_gguf.py} writes it. All factors are F32, so nothing is
 * rounded.
 *
 * @param title the adapter's name, for people
 * @param config of the base
 */
public record GgufAdapterExport(String title, LlamaConfig config) {
  /**
   * Writes the file, replacing what is there.
   *
   * @param values the flat vector of the adapter
   */
  public void write(FileSystem fs, Path file, Adaptation.Lora lora, float[] values)
      throws IOException {
    GgufMetadata metadata =
        new GgufMetadata()
            .string("general.architecture", config.family().ggufName())
            .string("general.type", "adapter")
            .string("general.name", title)
            .uint32("general.file_type", 0)
            .string("adapter.type", "lora")
            // llama.cpp divides it by the rank.
            .float32("adapter.lora.alpha", lora.scale() * lora.rank());
    GgufWriter.write(
        fs,
        file,
        metadata,
        new GgufTensors(config, GgufType.F32)
            .of(lora, FloatTensor.of(LlamaWeights.layout(config, lora), values)));
  }
}
