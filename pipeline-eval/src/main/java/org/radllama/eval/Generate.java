package org.radllama.eval;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.predict.KeptTexts;
import org.radllama.eval.predict.ModelSystem;
import org.radllama.eval.request.FindingsRules;
import org.radllama.eval.request.Requests;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.publish.RecordLists;
import org.radllama.run.JobContext;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunInput;
import org.radllama.run.RunRequest;
import org.radllama.train.peft.AdapterInfo;

/** The generation job: read, clean, write impressions. */
final class Generate {
  private static final String PREDICTIONS = "predictions.jsonl";
  private static final int NAMED = 10;

  private final JobContext context;
  private final GenerateConfig config;

  private Generate(JobContext context, GenerateConfig config) {
    this.context = context;
    this.config = config;
  }

  static void run(JobContext context, GenerateConfig config) throws IOException {
    // First of all, so that every path is read with the Hadoop settings given to spark-submit.
    context.spark();
    Generate generate = new Generate(context, config);
    if (config.output().dryRun()) {
      context.console().result(generate.plan());
      return;
    }
    RunRequest request =
        new RunRequest(
            "generate",
            config.output().out(),
            config.output().runId(),
            config.settings(),
            config.inputs(),
            Set.of(),
            Set.of(),
            Set.of(KeptTexts.FOLDER));
    Run.Published<Requests> run = Run.publish(context, request, generate::work);
    run.value()
        .ifPresent(
            requests ->
                context
                    .console()
                    .result(
                        format(
                            "%s: %d read, %d written, %d rejected",
                            run.shown(PREDICTIONS),
                            requests.read(),
                            requests.kept().size(),
                            requests.rejected().size())));
  }

  private Run.Result<Requests> work(RunDirectory run) throws IOException {
    run.stage("read");
    FindingsRules rules = rules();
    context.console().line(rules.line());
    List<BackgroundSection> sections = sections();
    Requests requests = config.table().read(context.hadoop(), config.reports(), rules, sections);
    report(requests);
    if (requests.kept().isEmpty()) {
      throw new BadInputException(
          format(
              "--reports: none of %d records has findings: %s",
              requests.read(), counts(requests.reasons())));
    }
    run.stage("generate");
    ModelSystem.Generated generated = generated(requests, sections, KeptTexts.of(run));
    run.stage("publish");
    new RecordLists(run.fileSystem(), run.directory()).rejected(requests.rejected());
    write(run, requests.kept(), generated.answers().byId());
    KeptTexts.of(run).clear(context.hadoop());
    return new Run.Result<>(extra(rules, requests, generated), requests);
  }

  private FindingsRules rules() throws IOException {
    return FindingsRules.find(
        context.hadoop(), config.dataset(), config.adapter().orElse(config.baseModel()));
  }

  private Optional<AdapterInfo> info() throws IOException {
    Path dir = new Path(config.adapter().orElse(config.baseModel()));
    return AdapterInfo.read(dir.getFileSystem(context.hadoop()), dir);
  }

  /** The background sections that the adapter was shown when it learned. */
  private List<BackgroundSection> sections() throws IOException {
    List<BackgroundSection> sections =
        info().map(AdapterInfo::sections).orElse(List.of()).stream()
            .map(BackgroundSection::of)
            .toList();
    List<String> missing =
        sections.stream()
            .filter(section -> !config.table().background().has(section))
            .map(section -> "reports." + section.label())
            .toList();
    if (!missing.isEmpty()) {
      context
          .console()
          .line(
              format(
                  "the adapter was trained with background sections that are missing here, which lowers quality: name their columns with %s",
                  String.join(", ", missing)));
    }
    return sections;
  }

  private void report(Requests requests) {
    if (!requests.rejected().isEmpty()) {
      context
          .console()
          .line(
              format(
                  "%d of %d records are rejected (rejected.jsonl): %s",
                  requests.rejected().size(), requests.read(), counts(requests.reasons())));
    }
    if (!requests.twice().isEmpty()) {
      context
          .console()
          .line(
              format(
                  "%d ids occur more than once; the first of each is used: %s%s",
                  requests.twice().size(),
                  requests.twice().stream().limit(NAMED).collect(Collectors.joining(", ")),
                  requests.twice().size() > NAMED ? ", ..." : ""));
    }
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> format("%s %d", e.getKey(), e.getValue()))
        .collect(Collectors.joining(", "));
  }

  private ModelSystem.Generated generated(
      Requests requests, List<BackgroundSection> sections, KeptTexts kept) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(context.spark().sparkContext());
    Configuration hadoop = context.hadoop();
    boolean shown = info().filter(i -> !i.similar().isNone()).isPresent();
    boolean asked = shown || config.generation().consensus().isPresent();
    List<InstructionExample> train =
        asked && config.dataset().isPresent()
            ? InstructionDataset.open(hadoop, config.dataset().get()).read(Split.TRAIN)
            : List.of();
    List<String> names = sections.stream().map(BackgroundSection::label).toList();
    EvaluationSet set = new EvaluationSet(Split.TEST, requests.kept(), names, train);
    try (ModelSystem model =
        new ModelSystem(spark, config.baseModel(), config.generation(), Optional.of(kept))) {
      return config.adapter().isPresent()
          ? model.adapted(config.system(), config.adapter().get(), set)
          : model.base(config.system(), List.of(), set);
    }
  }

  private void write(RunDirectory run, List<InstructionExample> reports, Map<String, String> byId)
      throws IOException {
    try (OutputStream out =
        new BufferedOutputStream(run.fileSystem().create(run.path(PREDICTIONS), true))) {
      for (InstructionExample report : reports) {
        ObjectNode line = Json.mapper().createObjectNode();
        line.put("id", report.id());
        line.put("system", config.system());
        line.put("prediction", byId.get(report.id()));
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private ObjectNode extra(
      FindingsRules rules, Requests requests, ModelSystem.Generated generated) {
    ObjectNode extra = Json.mapper().createObjectNode();
    ObjectNode counts = extra.putObject("counts");
    counts.put("read", requests.read());
    counts.put("written", requests.kept().size());
    counts.set("rejected", Json.mapper().valueToTree(requests.reasons()));
    counts.set("edits", Json.mapper().valueToTree(requests.edits()));
    counts.put("prompts_shortened", generated.shortened());
    counts.put("unfinished", generated.unfinished());
    counts.put("new_tokens", generated.newTokens());
    extra.putObject("cleaning").put("from", rules.from()).set("rules", rules.settings());
    extra.put("signature", "generate:" + config.generation().label());
    generated.trainedOn().ifPresent(id -> extra.put("dataset_run_id", id));
    return extra;
  }

  private String plan() throws IOException {
    StringBuilder plan = new StringBuilder("generate would read\n");
    for (RunInput input : config.inputs()) {
      plan.append(
          "  --%s: %s\n"
              .formatted(input.name(), EvalPlan.size(context, input.name(), input.path())));
    }
    FindingsRules rules = rules();
    List<BackgroundSection> sections = sections();
    Requests requests = config.table().read(context.hadoop(), config.reports(), rules, sections);
    plan.append(rules.line()).append('\n');
    plan.append(
        format(
            "%d records: %d prompts, %d rejected%s\n",
            requests.read(),
            requests.kept().size(),
            requests.rejected().size(),
            requests.rejected().isEmpty() ? "" : " (" + counts(requests.reasons()) + ")"));
    plan.append(
        "and write to %s with the settings\n"
            .formatted(config.output().out() == null ? "(no --out given)" : config.output().out()));
    return plan.append(Json.text(config.settings().toJson())).toString();
  }
}
