package org.radllama.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.dataset.InstructionDataset;
import org.radllama.run.InputFiles;
import org.radllama.train.TrainConfig.Export.What;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.ServingFiles;
import org.radllama.train.encode.ExampleEncoder;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.export.ModelCard;
import org.radllama.train.export.TaughtPrompt;
import org.radllama.train.export.TrainingFacts;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.resume.WeightFiles;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.Vocabulary;

/**
 * The trained weights as files that others read: {@code adapter/} as PEFT has it or {@code model/}
 * as Hugging Face has it, with {@code radllama.json} beside them; at the end also what {@link
 * Handover} makes of them.
 */
record ModelFiles(
    Configuration hadoop,
    TrainConfig config,
    TrainedModel model,
    LlamaTokenizer tokenizer,
    PromptFormat format,
    InstructionDataset dataset)
    implements WeightFiles {

  String name() {
    return model.adaptation() instanceof Adaptation.Lora ? Handover.ADAPTER : Handover.MODEL;
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
          files().config(model.llama().toJson()),
          FloatTensor.of(model.layout(), values),
          files(),
          config.export().form().shardBytes());
    }
    info().write(fs, dir);
  }

  private ServingFiles files() throws IOException {
    String tokenizerDir = config.inputs().tokenizer();
    TaughtPrompt prompt = TaughtPrompt.of(Optional.of(info()));
    return new ServingFiles(
        InputFiles.qualified(hadoop, tokenizerDir),
        InputFiles.qualified(hadoop, config.inputs().baseModel().orElse(tokenizerDir)),
        prompt.chatTemplate(tokenizer),
        prompt.begin(tokenizer),
        format.end());
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
   * @param facts of the training, for those who get the files
   */
  void export(Path parent, String title, TrainingFacts facts) throws IOException {
    FileSystem fs = parent.getFileSystem(hadoop);
    write(parent, model.values());
    if (!(model.adaptation() instanceof Adaptation.Lora lora)) {
      facts.write(fs, new Path(parent, name()));
      if (config.export().what() == What.GGUF) {
        handover(facts, Optional.empty())
            .gguf(fs, parent, title, model.llama(), FloatTensor.of(model.layout(), model.values()));
      }
      return;
    }
    ModelCard card =
        new ModelCard(
            title,
            model.baseName(),
            lora,
            Optional.of(info()),
            config.terms(),
            Optional.of(facts),
            Optional.empty());
    Handover handover = handover(facts, Optional.of(card));
    handover.besideAdapter(fs, new Path(parent, name()));
    if (config.export().what() != What.ADAPTER) {
      try (BaseModel base = BaseModel.open(hadoop, config.inputs().baseModel().orElseThrow())) {
        List<FloatTensor> merged = new MergedWeights(base, lora, model.values()).tensors();
        if (config.export().what() == What.MERGED) {
          handover.merged(fs, parent, base, merged);
        } else {
          handover.gguf(fs, parent, title, base.config(), merged);
        }
      }
    }
  }

  private Handover handover(TrainingFacts facts, Optional<ModelCard> card) throws IOException {
    return new Handover(
        hadoop, files(), Optional.of(info()), Optional.of(facts), card, config.export().form());
  }

  private AdapterInfo info() {
    List<String> sections =
        config.objective() == TrainConfig.Objective.IMPRESSION ? dataset.sections() : List.of();
    return new AdapterInfo(
        config.objective().name().toLowerCase(Locale.ROOT),
        format.name(),
        format.sha256(),
        config.batches().maxLength(),
        ExampleEncoder.truncation(!sections.isEmpty(), config.similar()),
        sections,
        config.similar(),
        model.baseName(),
        model.baseSha256(),
        tokenizer.sha256(),
        dataset.runId());
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
