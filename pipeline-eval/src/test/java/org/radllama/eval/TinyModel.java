package org.radllama.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.llama.RandomWeights;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.retrieve.SimilarRule;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.BpeTrainer;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.TokenizerJson;
import org.radllama.train.tokenizer.WordSplitter;

/** A Llama of random weights with a tokenizer of its own, and adapters of it. */
final class TinyModel {
  static final Adaptation.Lora LORA =
      new Adaptation.Lora(2, 4, 0, List.of("q_proj", "v_proj"), false);
  static final int MAX_LENGTH = 360;

  private final FileSystem fs;
  private final LlamaConfig config;
  private final String tokenizerSha256;
  final Path dir;

  private TinyModel(FileSystem fs, Path dir, LlamaConfig config, String tokenizerSha256) {
    this.fs = fs;
    this.dir = dir;
    this.config = config;
    this.tokenizerSha256 = tokenizerSha256;
  }

  static TinyModel write(Path dir, List<InstructionExample> corpus) throws IOException {
    Configuration hadoop = new Configuration();
    FileSystem fs = FileSystem.getLocal(hadoop);
    Map<String, Long> words = new HashMap<>();
    for (InstructionExample e : corpus) {
      WordSplitter.split(
          PromptTemplate.prompt(e) + e.output(), word -> words.merge(word, 1L, Long::sum));
    }
    var source = new org.apache.hadoop.fs.Path(dir.resolve("tokenizer").toUri());
    TokenizerJson.write(fs, source, BpeTrainer.train(words, 500, 2));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, source.toString())) {
      LlamaConfig config =
          new LlamaConfig(
              tokenizer.size(),
              32,
              48,
              2,
              4,
              2,
              8,
              512,
              1e-5,
              new LlamaConfig.Rope(10000, null),
              false,
              tokenizer.bos(),
              tokenizer.eos());
      ParameterLayout layout = LlamaWeights.fullLayout(config);
      CheckpointWriter.write(
          fs,
          new org.apache.hadoop.fs.Path(dir.resolve("model").toUri()),
          config.toJson(),
          FloatTensor.of(layout, RandomWeights.values(layout, 0.4, 3)),
          source,
          Long.MAX_VALUE);
      return new TinyModel(fs, dir.resolve("model"), config, tokenizer.sha256());
    }
  }

  /** An adapter of random factors. */
  Path adapter(Path at, String template) throws IOException {
    return adapter(at, template, 7);
  }

  /** Random factors of a seed. */
  Path adapter(Path at, String template, long seed) throws IOException {
    ParameterLayout layout = LlamaWeights.layout(config, LORA);
    float[] values = new float[layout.parameterCount()];
    Random random = new Random(seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() * 0.5f;
    }
    var path = new org.apache.hadoop.fs.Path(at.toUri());
    PeftAdapter.write(fs, path, LORA, layout, values, "tiny");
    new AdapterInfo(
            "impression",
            template,
            "",
            MAX_LENGTH,
            ExampleEncoder.TRUNCATION,
            List.of(),
            SimilarRule.NONE,
            "tiny",
            "",
            tokenizerSha256,
            "another-run")
        .write(fs, path);
    return at;
  }

  LlamaConfig config() {
    return config;
  }
}
