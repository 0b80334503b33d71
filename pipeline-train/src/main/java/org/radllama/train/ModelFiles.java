package org.radllama.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.instruct.PromptTemplate;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.cluster.ShippedFiles;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.resume.WeightFiles;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * The trained numbers as files that others read: {@code adapter/} as PEFT has it or {@code model/}
 * as Hugging Face has it, with {@code radllama.json} beside them.
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
      PeftAdapter.write(fs, dir, lora, model.layout(), values, base());
    } else {
      HuggingFaceCheckpoint.write(
          fs, dir, model.llama(), model.layout(), values, tokenizerSource(), shardBytes());
    }
    info().write(fs, dir);
  }

  private Path tokenizerSource() {
    return new Path(config.tokenizer());
  }

  private long shardBytes() {
    return config.export().shardBytes();
  }

  /** Writes what the run leaves: the numbers, and the merged model where it is asked for. */
  void export(Path parent) throws IOException {
    write(parent, model.values());
    if (config.export().merged() && model.adaptation() instanceof Adaptation.Lora lora) {
      Path dir = new Path(parent, "model");
      FileSystem fs = parent.getFileSystem(hadoop);
      try (HuggingFaceCheckpoint base =
          HuggingFaceCheckpoint.open(hadoop, config.baseModel().orElseThrow())) {
        List<FloatTensor> merged = new MergedWeights(base, lora, model.values()).tensors();
        CheckpointWriter.write(fs, dir, base.configJson(), merged, tokenizerSource(), shardBytes());
      }
      info().write(fs, dir);
    }
  }

  private String base() {
    String given = config.cluster().executorBaseModel();
    // A shipped base lies under another path each time.
    return ShippedFiles.names(given)
        ? given
        : config.baseModel().map(b -> new Path(b).toUri().getPath()).orElse("");
  }

  private AdapterInfo info() {
    return new AdapterInfo(
        config.objective().name().toLowerCase(Locale.ROOT),
        PromptTemplate.NAME,
        config.batches().maxLength(),
        ExampleEncoder.TRUNCATION,
        base(),
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
    try (HuggingFaceCheckpoint checkpoint = HuggingFaceCheckpoint.open(hadoop, dir)) {
      return checkpoint.read(model.layout());
    }
  }
}
