package org.radllama.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.InputFiles;
import org.radllama.run.JobContext;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunRequest;
import org.radllama.run.SettingReader;
import org.radllama.train.ExportConfig.What;
import org.radllama.train.checkpoint.BaseModel;
import org.radllama.train.checkpoint.ServingFiles;
import org.radllama.train.encode.ChatPrompt;
import org.radllama.train.encode.PromptFormats;
import org.radllama.train.export.CardScores;
import org.radllama.train.export.MergedWeights;
import org.radllama.train.export.ModelCard;
import org.radllama.train.export.TaughtPrompt;
import org.radllama.train.export.TrainingFacts;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.peft.AdapterInfo;
import org.radllama.train.peft.PeftAdapter;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.tokenizer.LlamaTokenizer;
import org.radllama.train.tokenizer.Vocabulary;

/** The export of an adapter: checked against its base, written in other forms, published. */
final class Export {
  private final JobContext context;
  private final ExportConfig config;
  private final Configuration hadoop;
  private final Path adapterDir;
  private final FileSystem adapterFiles;

  private Export(JobContext context, ExportConfig config) throws IOException {
    this.context = context;
    this.config = config;
    this.hadoop = context.hadoop();
    this.adapterDir = new Path(config.adapter());
    this.adapterFiles = adapterDir.getFileSystem(hadoop);
  }

  static void run(JobContext context, ExportFlags flags) throws IOException {
    if (ExportConfig.needsShipped(context.settings())) {
      context.spark();
    }
    ExportConfig config = ExportConfig.of(context.settings());
    Export export = new Export(context, config);
    if (flags.dryRun) {
      export.explain();
      return;
    }
    RunRequest request =
        new RunRequest(
            "export",
            flags.out,
            Optional.ofNullable(flags.runId),
            context.settings(),
            config.inputs(),
            Set.of("base-model", "adapter", "scores"),
            Set.of(),
            Set.of());
    Run.Published<Set<What>> run = Run.publish(context, request, export::work);
    run.value()
        .ifPresent(whats -> whats.forEach(what -> context.console().result(run.shown(name(what)))));
  }

  private static String name(What what) {
    return switch (what) {
      case ADAPTER -> Handover.ADAPTER;
      case MERGED -> Handover.MODEL;
      case GGUF -> "model.gguf";
      case GGUF_ADAPTER -> "adapter.gguf";
    };
  }

  private Run.Result<Set<What>> work(RunDirectory run) throws IOException {
    run.stage("check");
    if (config.whats().contains(What.GGUF)) {
      Vocabulary.read(hadoop, config.baseModel());
    }
    try (BaseModel base = BaseModel.open(hadoop, config.baseModel());
        LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, config.baseModel())) {
      Optional<AdapterInfo> info = AdapterInfo.read(adapterFiles, adapterDir);
      requireSame(base, tokenizer, info);
      PeftAdapter adapter = PeftAdapter.load(hadoop, config.adapter(), base.config());
      write(run, base, tokenizer, info, adapter);
      ObjectNode extra = Json.mapper().createObjectNode();
      extra
          .putObject("counts")
          .put("adapter_parameters", adapter.values().length)
          .put("merged_matrices", base.config().layers() * adapter.adaptation().targets().size());
      return new Run.Result<>(extra, config.whats());
    }
  }

  /** Another base would be merged without a word, and write nonsense. */
  private void requireSame(BaseModel base, LlamaTokenizer tokenizer, Optional<AdapterInfo> info)
      throws IOException {
    tokenizer.requireRows(base.config().vocabularySize(), config.baseModel());
    if (info.isPresent()) {
      require("tokenizer_sha256", info.get().tokenizerSha256(), tokenizer.sha256());
      if (!info.get().baseSha256().isEmpty()) {
        require("base_sha256", info.get().baseSha256(), base.sha256());
      }
      requireTemplate(tokenizer, info.get());
    }
  }

  private void requireTemplate(LlamaTokenizer tokenizer, AdapterInfo info) throws IOException {
    if (!PromptFormats.NAMES.contains(info.template())) {
      throw new BadInputException(
          "--adapter was trained with the prompt template %s, known are %s",
          info.template(), String.join(", ", PromptFormats.NAMES));
    }
    if (!info.templateSha256().isEmpty()) {
      String base =
          PromptFormats.of(info.template(), hadoop, config.baseModel(), tokenizer).sha256();
      require("template_sha256", info.templateSha256(), base);
    }
  }

  private static void require(String key, String adapter, String base) {
    if (!adapter.equals(base)) {
      throw new BadInputException(
          "--adapter was trained on another base: its radllama.json has %s %s, --base-model has %s",
          key, adapter, base);
    }
  }

  private void write(
      RunDirectory run,
      BaseModel base,
      LlamaTokenizer tokenizer,
      Optional<AdapterInfo> info,
      PeftAdapter adapter)
      throws IOException {
    String title = config.name().orElse(run.runId());
    String baseName = baseName(base, info);
    Optional<TrainingFacts> facts = TrainingFacts.read(adapterFiles, adapterDir);
    TaughtPrompt prompt = TaughtPrompt.of(info);
    Path baseDir = InputFiles.qualified(hadoop, config.baseModel());
    ModelCard card =
        new ModelCard(
            title, baseName, adapter.adaptation(), info, config.terms(), facts, scores(run));
    Handover handover =
        new Handover(
            hadoop,
            new ServingFiles(
                baseDir,
                baseDir,
                prompt.chatTemplate(tokenizer),
                prompt.begin(tokenizer),
                end(prompt, tokenizer)),
            info,
            facts,
            Optional.of(card),
            config.form());
    List<FloatTensor> merged = merged(base, adapter);
    FileSystem fs = run.fileSystem();
    for (What what : config.whats()) {
      run.stage(SettingReader.word(what));
      switch (what) {
        case ADAPTER -> {
          Path dir = run.path(Handover.ADAPTER);
          PeftAdapter.write(
              fs,
              dir,
              adapter.adaptation(),
              LlamaWeights.layout(base.config(), adapter.adaptation()),
              adapter.values(),
              baseName);
          handover.besideAdapter(fs, dir);
        }
        case MERGED -> handover.merged(fs, run.directory(), base, merged);
        case GGUF -> handover.gguf(fs, run.directory(), title, base.config(), merged);
        case GGUF_ADAPTER ->
            handover.ggufAdapter(
                fs, run.directory(), title, base.config(), adapter.adaptation(), adapter.values());
      }
    }
  }

  private int end(TaughtPrompt prompt, LlamaTokenizer tokenizer) throws IOException {
    return prompt == TaughtPrompt.CHAT
        ? PromptFormats.of(ChatPrompt.NAME, hadoop, config.baseModel(), tokenizer).end()
        : tokenizer.eos();
  }

  private static List<FloatTensor> merged(BaseModel base, PeftAdapter adapter) {
    return new MergedWeights(base, adapter.adaptation(), adapter.values()).tensors();
  }

  /** As it is asked for, else as the adapter has it, else as the base has it. */
  private String baseName(BaseModel base, Optional<AdapterInfo> info) throws IOException {
    if (config.baseModelId().isPresent()) {
      return config.baseModelId().get();
    }
    JsonNode given = Json.read(adapterFiles, new Path(adapterDir, "adapter_config.json"));
    String own =
        info.map(AdapterInfo::baseModel).orElse(given.path("base_model_name_or_path").asText(""));
    return BaseModel.HUB_ID.matcher(own).matches() ? own : base.hubId();
  }

  private Optional<CardScores> scores(RunDirectory run) throws IOException {
    if (config.scores().isEmpty()) {
      return Optional.empty();
    }
    String sha256 = "";
    for (JsonNode input : run.origin().path("inputs")) {
      if (input.path("name").asText().equals(Handover.ADAPTER)) {
        sha256 = input.path("sha256").asText();
      }
    }
    return Optional.of(CardScores.read(hadoop, config.scores().get(), config.system(), sha256));
  }

  private void explain() throws IOException {
    ObjectNode plan = Json.mapper().createObjectNode();
    try (BaseModel base = BaseModel.open(hadoop, config.baseModel())) {
      PeftAdapter adapter = PeftAdapter.load(hadoop, config.adapter(), base.config());
      plan.put("adapter_parameters", adapter.values().length);
      plan.put("merged_bytes", merged(base, adapter).stream().mapToLong(FloatTensor::bytes).sum());
    }
    plan.put("writes", config.whats().stream().map(Export::name).collect(Collectors.joining(", ")));
    plan.set("configuration", context.settings().toJson());
    context.console().result(Json.text(plan).strip());
  }
}
