package org.radllama.train;

import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.instruct.PromptTemplate;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.resume.WeightFiles;
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
    String base = config.baseModel().map(b -> new Path(b).toUri().getPath()).orElse("");
    if (model.adaptation() instanceof Adaptation.Lora lora) {
      PeftAdapter.write(fs, dir, lora, model.layout(), values, base);
    } else {
      HuggingFaceCheckpoint.write(
          fs, dir, model.llama(), model.layout(), values, new Path(config.tokenizer()));
    }
    new AdapterInfo(
            config.objective().name().toLowerCase(Locale.ROOT),
            PromptTemplate.NAME,
            config.batches().maxLength(),
            ExampleEncoder.TRUNCATION,
            base,
            model.baseSha256(),
            tokenizer.sha256(),
            datasetRunId)
        .write(fs, dir);
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
