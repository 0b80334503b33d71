package org.radllama.eval;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.study.RatingsCsv;
import org.radllama.eval.study.StudyJson;
import org.radllama.eval.study.StudyKey;
import org.radllama.eval.study.StudyPage;
import org.radllama.eval.study.StudyStatistics;
import org.radllama.eval.study.Unblinded;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;

/** Reads what came back, unblinds it and computes. */
final class StudyScore implements Study.Part {
  private final JobContext context;
  private final StudyConfig.Score score;

  StudyScore(JobContext context, StudyConfig.Score score) {
    this.context = context;
    this.score = score;
  }

  @Override
  public String plan() throws IOException {
    return "study score would write of\n" + Json.text(StudyJson.counts(unblinded()));
  }

  @Override
  public Run.Result<Consumer<Run.Published<?>>> work(RunDirectory run) throws IOException {
    run.stage("join");
    Unblinded study = unblinded();
    run.stage("compute");
    StudyStatistics statistics = StudyStatistics.of(study, score.bootstrap());
    run.stage("write");
    run.write("ratings.csv", RatingsCsv.of(study));
    run.write("study.json", Json.text(StudyJson.of(study, statistics)));
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.put("study", study.key().digest());
    extra.set("counts", StudyJson.counts(study));
    StudyPage page = new StudyPage(study, statistics, score.bootstrap());
    run.write("report.html", page.html(run.origin().setAll(extra)));
    return new Run.Result<>(
        extra,
        published -> {
          summarize(study, statistics);
          context.console().result(published.shown("report.html"));
        });
  }

  private void summarize(Unblinded study, StudyStatistics statistics) {
    for (StudyStatistics.Preference p : statistics.preferences()) {
      StringBuilder line = new StringBuilder(p.system() + ":");
      statistics.means().stream()
          .filter(m -> m.system().equals(p.system()))
          .forEach(m -> line.append(format(" %s %.2f", m.dimension().label(), m.value())));
      context.console().result(line.append(format(" best %.2f", p.share())).toString());
    }
    if (study.missing() > 0) {
      context
          .console()
          .line(
              format(
                  "%d of %d ratings are missing; %d of %d readers returned a form",
                  study.missing(),
                  study.packed(),
                  study.returned().size(),
                  study.key().readers().size()));
    }
  }

  private Unblinded unblinded() throws IOException {
    StudyKey key = key();
    List<Unblinded.Content> contents = new ArrayList<>();
    for (String file : score.returned()) {
      contents.add(new Unblinded.Content(file, bytes("--returned", file)));
    }
    return Unblinded.of(key, contents);
  }

  private StudyKey key() throws IOException {
    byte[] bytes = bytes("--key", score.key());
    try {
      return StudyKey.of(Json.parse(bytes), score.key());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw JobFailure.input("--key %s is not JSON".formatted(score.key()));
    }
  }

  private byte[] bytes(String flag, String file) throws IOException {
    Path path = new Path(file);
    FileSystem fs = path.getFileSystem(context.hadoop());
    try (InputStream in = fs.open(path)) {
      return in.readAllBytes();
    } catch (FileNotFoundException e) {
      throw new JobFailure(ExitCode.INPUT, "%s: no such file: %s".formatted(flag, file), e);
    }
  }
}
