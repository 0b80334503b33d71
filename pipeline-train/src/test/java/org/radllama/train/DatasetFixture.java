package org.radllama.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.dataset.Split;
import org.radllama.ingest.synthetic.ReportGenerator;
import org.radllama.ingest.synthetic.SyntheticReport;
import org.radllama.run.Json;

/** Instruction datasets of synthetic reports, written as ingest publishes them. */
final class DatasetFixture {
  private DatasetFixture() {}

  /** Generated examples with indices {@code from} to {@code to}. */
  static List<InstructionExample> examples(int from, int to) {
    ReportGenerator reports = new ReportGenerator(8);
    return IntStream.range(from, to).mapToObj(i -> example(i, reports.report(i))).toList();
  }

  private static InstructionExample example(int i, SyntheticReport r) {
    return new InstructionExample(
        "openi/CXR" + i,
        "openi",
        "" + i,
        PromptTemplate.INSTRUCTION,
        PromptTemplate.input(r.findings()),
        r.impression(),
        r.findings(),
        r.impression(),
        "unknown");
  }

  /** Writes a finished run of ingest. */
  static String write(Path dir, List<InstructionExample> train, List<InstructionExample> validate)
      throws IOException {
    Files.createDirectories(dir.resolve("jsonl"));
    Files.writeString(dir.resolve("_SUCCESS"), "");
    Files.writeString(dir.resolve("manifest.json"), "{\"job\":\"ingest\",\"run_id\":\"r\"}");
    write(dir, Split.TRAIN, train);
    write(dir, Split.VALIDATE, validate);
    return dir.toString();
  }

  private static void write(Path dir, Split split, List<InstructionExample> examples)
      throws IOException {
    StringBuilder lines = new StringBuilder();
    for (InstructionExample example : examples) {
      lines.append(Json.mapper().writeValueAsString(example)).append('\n');
    }
    Files.writeString(dir.resolve("jsonl/" + split.label() + ".jsonl"), lines);
  }
}
