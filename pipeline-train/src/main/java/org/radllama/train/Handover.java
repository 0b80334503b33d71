package org.radllama.train;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.TextFiles;
import org.radllama.train.chat.AlpacaChatTemplate;
import org.radllama.train.chat.ChatTemplate;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.CheckpointWriter;
import org.radllama.train.checkpoint.ServingFiles;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.export.GgufAdapterExport;
import org.radllama.train.export.GgufExport;
import org.radllama.train.export.ModelCard;
import org.radllama.train.export.OllamaModelfile;
import org.radllama.train.export.TaughtPrompt;
import org.radllama.train.export.TrainingFacts;
import org.radllama.train.gguf.GgufType;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.TokenizerCopy;
import org.radllama.train.tokenizer.Vocabulary;

/**
 * A trained model in the forms in which it is handed on, the same whether a training run writes
 * them at its end or an export later.
 *
 * @param files where the tokenizer and the base's generation settings are, and what was taught
 * @param info how it was taught, where that is known
 * @param facts of its training, where they are known
 * @param card the adapter's card; empty for a whole model that was trained
 * @param form how numbers are kept
 */
record Handover(
    Configuration hadoop,
    ServingFiles files,
    Optional<AdapterInfo> info,
    Optional<TrainingFacts> facts,
    Optional<ModelCard> card,
    Form form) {
  static final String ADAPTER = "adapter";
  static final String MODEL = "model";

  /**
   * How numbers are kept.
   *
   * @param ggufType of the matrices of a GGUF file of the whole model
   * @param shardBytes a checkpoint of more bytes is split into several files
   */
  record Form(GgufType ggufType, long shardBytes) {}

  /** What stands beside an adapter's numbers. */
  void besideAdapter(FileSystem fs, Path dir) throws IOException {
    files.write(fs, dir);
    describe(fs, dir, false);
  }

  private void describe(FileSystem fs, Path dir, boolean merged) throws IOException {
    if (info.isPresent()) {
      info.get().write(fs, dir);
    }
    if (facts.isPresent()) {
      facts.get().write(fs, dir);
    }
    if (card.isPresent()) {
      TextFiles.write(fs, new Path(dir, "README.md"), card.get().text(merged));
    }
  }

  /** The base with the adapter added in, as {@code model/}. */
  void merged(FileSystem fs, Path parent, BaseModel base, List<FloatTensor> tensors)
      throws IOException {
    Path dir = new Path(parent, MODEL);
    String config = files.config(base.configJson());
    CheckpointWriter.write(fs, dir, config, tensors, files, form.shardBytes());
    describe(fs, dir, true);
  }

  /**
   * A whole model as {@code model.gguf}, and a {@code Modelfile} for it.
   *
   * @param title the model's name, for people
   */
  void gguf(FileSystem fs, Path parent, String title, LlamaConfig config, List<FloatTensor> tensors)
      throws IOException {
    Vocabulary vocabulary = Vocabulary.read(hadoop, files.tokenizer().toString());
    String file = MODEL + ".gguf";
    new GgufExport(
            title,
            config,
            vocabulary,
            form.ggufType(),
            chatTemplate(vocabulary),
            files.bos(),
            files.eos())
        .write(fs, new Path(parent, file), tensors);
    TextFiles.write(fs, new Path(parent, "Modelfile"), OllamaModelfile.of(file, info, end()));
  }

  /** llama.cpp puts the begin token in front by itself, but renders a template as it stands. */
  private Optional<String> chatTemplate(Vocabulary vocabulary) throws IOException {
    if (TaughtPrompt.of(info) == TaughtPrompt.ALPACA) {
      return Optional.of(
          AlpacaChatTemplate.text(
              vocabulary.tokens().get(vocabulary.bos()).text(),
              vocabulary.tokens().get(vocabulary.eos()).text()));
    }
    Path source = files.tokenizer();
    return ChatTemplate.text(source.getFileSystem(hadoop), source);
  }

  /** The adapter alone as {@code adapter.gguf}, and a {@code Modelfile.adapter} for it. */
  void ggufAdapter(
      FileSystem fs,
      Path parent,
      String title,
      LlamaConfig config,
      Adaptation.Lora lora,
      float[] values)
      throws IOException {
    String file = ADAPTER + ".gguf";
    new GgufAdapterExport(title, config).write(fs, new Path(parent, file), lora, values);
    TextFiles.write(
        fs, new Path(parent, "Modelfile.adapter"), OllamaModelfile.ofAdapter(file, info, end()));
  }

  private String end() throws IOException {
    Path tokenizer = files.tokenizer();
    return TokenizerCopy.text(tokenizer.getFileSystem(hadoop), tokenizer, files.eos())
        .orElseThrow();
  }
}
