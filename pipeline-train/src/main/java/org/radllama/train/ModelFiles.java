package org.radllama.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.PromptTemplate;
import org.radllama.train.TrainConfig.Export.What;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.export.GgufExport;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.resume.WeightFiles;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.Vocabulary;

/**
 * The trained numbers as files that others read: {@code adapter/} as PEFT has it or {@code model/}
 * as Hugging Face has it, with {@code radllama.json} beside them; {@code model.gguf} where it is
 * asked for.
 */
record ModelFiles(
    Configuration hadoop,
    TrainConfig config,
    TrainedModel model,
    LlamaTokenizer tokenizer,
    String datasetRunId)
    implements WeightFiles {

  String name() {
    return model.adaptation() instanceof Adaptation.Lora ? "adapter" : "model";
  }

  @Override
  public void write(Path parent, float[] values) throws IOException {
    FileSystem fs = parent.getFileSystem(hadoop);
    Path dir = new Path(parent, name());
    if (model.adaptation() instanceof Adaptation.Lora lora) {
      PeftAdapter.write(fs, dir, lora, model.layout(), values, model.baseName());
    } else {
      CheckpointWriter.write(
          fs,
          dir,
          model.llama().toJson(),
          FloatTensor.of(model.layout(), values),
          tokenizerSource(),
          shardBytes());
    }
    info().write(fs, dir);
  }

  private Path tokenizerSource() {
    return new Path(config.inputs().tokenizer());
  }

  private long shardBytes() {
    return config.export().shardBytes();
  }

  /** Refuses, before any work, what cannot be exported in the form asked for. */
  static void requireExportable(Configuration hadoop, TrainConfig config) throws IOException {
    if (config.export().what() == What.GGUF) {
      Vocabulary.read(hadoop, config.inputs().tokenizer());
    }
  }

  /**
   * Writes what the run leaves: the numbers, and the whole model where it is asked for.
   *
   * @param title the model's name inside a GGUF file
   */
  void export(Path parent, String title) throws IOException {
    write(parent, model.values());
    if (!(model.adaptation() instanceof Adaptation.Lora lora)) {
      whole(parent, title, "", FloatTensor.of(model.layout(), model.values()));
    } else if (config.export().what() != What.ADAPTER) {
      try (BaseModel base = BaseModel.open(hadoop, config.inputs().baseModel().orElseThrow())) {
        List<FloatTensor> merged = new MergedWeights(base, lora, model.values()).tensors();
        whole(parent, title, base.configJson(), merged);
      }
    }
  }

  private void whole(Path parent, String title, String configJson, List<FloatTensor> tensors)
      throws IOException {
    FileSystem fs = parent.getFileSystem(hadoop);
    if (config.export().what() == What.MERGED) {
      Path dir = new Path(parent, "model");
      CheckpointWriter.write(fs, dir, configJson, tensors, tokenizerSource(), shardBytes());
      info().write(fs, dir);
    } else if (config.export().what() == What.GGUF) {
      Vocabulary vocabulary = Vocabulary.read(hadoop, config.inputs().tokenizer());
      new GgufExport(title, model.llama(), vocabulary, config.export().ggufType())
          .write(fs, new Path(parent, "model.gguf"), tensors);
    }
  }

  private AdapterInfo info() {
    return new AdapterInfo(
        config.objective().name().toLowerCase(Locale.ROOT),
        PromptTemplate.NAME,
        config.batches().maxLength(),
        ExampleEncoder.TRUNCATION,
        model.baseName(),
        model.baseSha256(),
        tokenizer.sha256(),
        datasetRunId);
  }

  @Override
  public float[] read(Path parent) throws IOException {
    String dir = new Path(parent, name()).toString();
    if (model.adaptation() instanceof Adaptation.Lora) {
      return PeftAdapter.load(hadoop, dir, model.llama()).values();
    }
    try (BaseModel checkpoint = BaseModel.open(hadoop, dir)) {
      return checkpoint.read(model.layout());
    }
  }
}
