package org.radllama.eval;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.eval.join.PredictionLines;
import org.radllama.eval.predict.EvaluationSet;
import org.radllama.eval.study.Form;
import org.radllama.eval.study.StudyKey;
import org.radllama.run.Digests;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.Settings;

/** Draws a study, blinds it and writes its forms. Predictions are read twice and never all held. */
final class StudyPack implements Study.Part {
  /** Impressions are named by letters. */
  private static final int MOST_SYSTEMS = 26;

  private final JobContext context;
  private final StudyConfig.Pack pack;
  private final Settings settings;

  StudyPack(JobContext context, StudyConfig.Pack pack, Settings settings) {
    this.context = context;
    this.pack = pack;
    this.settings = settings;
  }

  /**
   * What is drawn.
   *
   * @param all reports of the split
   * @param eligible those that every system wrote an impression for
   * @param extra predictions of reports that the split does not have
   * @param repeated predictions after a system's first of a report, which is the one that counts
   * @param systems what is judged, sorted
   * @param sample sorted by id
   */
  private record Draw(
      int all,
      int eligible,
      long extra,
      long repeated,
      List<String> systems,
      List<InstructionExample> sample) {}

  @Override
  public String plan() throws IOException {
    Draw draw = draw();
    StringBuilder plan = new StringBuilder("study pack would draw\n");
    plan.append(
        format(
            "  %d of %d reports with an impression by each of %s\n",
            draw.sample.size(), draw.eligible, String.join(", ", draw.systems)));
    Map<String, Integer> strata = new TreeMap<>();
    reports(draw).forEach(r -> strata.merge(r.stratum(), 1, Integer::sum));
    strata.forEach((name, n) -> plan.append(format("  %s: %d\n", name, n)));
    StudyKey key = pack.plan().key(reports(draw), draw.systems, Digests.sha256("dry run"));
    for (StudyKey.Reader reader : key.readers()) {
      plan.append(
          format(
              "  form of %s: %d reports, %d of them a second time\n",
              reader.name(), reader.blocks().size(), again(reader)));
    }
    return plan.append("with the settings\n").append(Json.text(settings.toJson())).toString();
  }

  private static long again(StudyKey.Reader reader) {
    return reader.blocks().stream().filter(b -> b.showing() == 2).count();
  }

  @Override
  public Run.Result<Consumer<Run.Published<?>>> work(RunDirectory run) throws IOException {
    run.stage("draw");
    Draw draw = draw();
    Map<String, Map<String, String>> texts = texts(draw);
    Map<String, String> findings = new HashMap<>();
    draw.sample.forEach(item -> findings.put(item.id(), item.findings()));
    run.stage("blind");
    StudyKey key = pack.plan().key(reports(draw), draw.systems, secret(draw, texts));
    run.stage("write");
    run.write("key.json", Json.text(key.toJson()));
    // Where a file system has no permissions, this does nothing.
    run.fileSystem().setPermission(run.path("key.json"), new FsPermission((short) 0600));
    Form form = new Form(key, findings, texts);
    for (StudyKey.Reader reader : key.readers()) {
      run.write("forms/" + reader.name() + ".html", form.html(reader));
    }
    return new Run.Result<>(extra(draw, key), published -> summarize(published, key));
  }

  private void summarize(Run.Published<?> published, StudyKey key) {
    for (StudyKey.Reader reader : key.readers()) {
      context.console().result(published.shown("forms/" + reader.name() + ".html"));
    }
    context.console().line("the key, which readers must not see: " + published.shown("key.json"));
  }

  private Draw draw() throws IOException {
    EvaluationSet set =
        EvaluationSet.of(InstructionDataset.open(context.hadoop(), pack.dataset()), pack.split());
    Set<String> known = new HashSet<>();
    set.examples().forEach(item -> known.add(item.id()));
    Map<String, Set<String>> answered = new TreeMap<>();
    long[] extraAndRepeated = new long[2];
    read(
        (id, system, prediction) -> {
          Set<String> ids = answered.computeIfAbsent(system, s -> new HashSet<>());
          if (!known.contains(id)) {
            extraAndRepeated[0]++;
          } else if (!ids.add(id)) {
            extraAndRepeated[1]++;
          }
        });
    List<String> systems = systems(answered.keySet());
    List<InstructionExample> eligible =
        set.examples().stream()
            .filter(item -> answered.values().stream().allMatch(ids -> ids.contains(item.id())))
            .toList();
    if (eligible.size() < pack.reports()) {
      throw JobFailure.input(
          format(
              "%d of the %d reports of the %s split have an impression by each of %s; pack.reports is %d",
              eligible.size(),
              set.examples().size(),
              pack.split().label(),
              String.join(", ", systems),
              pack.reports()));
    }
    return new Draw(
        set.examples().size(),
        eligible.size(),
        extraAndRepeated[0],
        extraAndRepeated[1],
        systems,
        pack.strata().draw(eligible, pack.reports(), pack.seed()));
  }

  private List<String> systems(Set<String> read) {
    for (String asked : pack.systems()) {
      if (!read.contains(asked)) {
        throw JobFailure.usage(
            "pack.systems (--systems): no predictions of %s, only of %s".formatted(asked, read));
      }
    }
    Set<String> systems = new TreeSet<>(read);
    if (pack.reference() && !systems.add(StudyConfig.REFERENCE)) {
      throw JobFailure.input(
          "--eval: a system is called %s, as the radiologist's impression; leave out one of them (pack.reference, pack.systems)"
              .formatted(StudyConfig.REFERENCE));
    }
    if (systems.isEmpty() || systems.size() > MOST_SYSTEMS) {
      throw JobFailure.input(
          format("%d systems to judge; a form takes 1 to %d", systems.size(), MOST_SYSTEMS));
    }
    return List.copyOf(systems);
  }

  /** All lines of the systems asked for. */
  private void read(PredictionLines.Sink sink) throws IOException {
    for (Map.Entry<String, String> file : pack.predictions().entrySet()) {
      if (isAsked(file.getKey())) {
        PredictionLines.read(
            context.hadoop(),
            "--predictions " + file.getKey(),
            file.getValue(),
            (id, system, prediction) -> sink.take(id, file.getKey(), prediction));
      }
    }
    if (pack.eval().isPresent()) {
      PredictionLines.read(
          context.hadoop(),
          "--eval",
          evalPredictions(),
          (id, system, prediction) -> {
            if (system.isEmpty() || pack.predictions().containsKey(system)) {
              throw JobFailure.input(
                  system.isEmpty()
                      ? "--eval: a line of its predictions.jsonl names no system"
                      : "--eval and --predictions both have a system " + system);
            }
            if (isAsked(system)) {
              sink.take(id, system, prediction);
            }
          });
    }
  }

  private String evalPredictions() {
    return new Path(pack.eval().orElseThrow(), "predictions.jsonl").toString();
  }

  private boolean isAsked(String system) {
    return pack.systems().isEmpty() || pack.systems().contains(system);
  }

  /** What each system wrote of the sample. */
  private Map<String, Map<String, String>> texts(Draw draw) throws IOException {
    Map<String, Map<String, String>> texts = new TreeMap<>();
    for (InstructionExample item : draw.sample) {
      Map<String, String> of = new TreeMap<>();
      if (pack.reference()) {
        of.put(StudyConfig.REFERENCE, item.impression());
      }
      texts.put(item.id(), of);
    }
    read(
        (id, system, prediction) -> {
          if (texts.containsKey(id)) {
            texts.get(id).putIfAbsent(system, prediction);
          }
        });
    return texts;
  }

  private List<StudyKey.Report> reports(Draw draw) {
    return draw.sample.stream()
        .map(i -> new StudyKey.Report(i.id(), i.source(), i.label(), pack.strata().of(i)))
        .toList();
  }

  /**
   * Of everything, so that it is the same for the same inputs and cannot be guessed from a form.
   */
  private String secret(Draw draw, Map<String, Map<String, String>> texts) throws IOException {
    ObjectNode all = Json.mapper().createObjectNode();
    all.set("settings", settings.toJson());
    ObjectNode files = all.putObject("files");
    for (Map.Entry<String, String> file : pack.predictions().entrySet()) {
      files.put(file.getKey(), sha256(file.getValue()));
    }
    if (pack.eval().isPresent()) {
      files.put("", sha256(evalPredictions()));
    }
    ObjectNode findings = all.putObject("findings");
    draw.sample.forEach(item -> findings.put(item.id(), item.findings()));
    all.set("texts", Json.mapper().valueToTree(texts));
    return Digests.sha256(Json.text(all));
  }

  private String sha256(String file) throws IOException {
    Path path = new Path(file);
    return Digests.sha256(path.getFileSystem(context.hadoop()), path);
  }

  private static ObjectNode extra(Draw draw, StudyKey key) {
    List<StudyKey.Block> blocks = new ArrayList<>();
    key.readers().forEach(r -> blocks.addAll(r.blocks()));
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.put("study", key.digest());
    extra
        .putObject("counts")
        .put("reports", draw.all)
        .put("eligible", draw.eligible)
        .put("incomplete", draw.all - draw.eligible)
        .put("drawn", draw.sample.size())
        .put("predictions_extra", draw.extra)
        .put("predictions_repeated", draw.repeated)
        .put("systems", draw.systems.size())
        .put("readers", key.readers().size())
        .put("shown", blocks.size())
        .put("shown_again", blocks.stream().filter(b -> b.showing() == 2).count())
        .put("items", key.items());
    return extra;
  }
}
