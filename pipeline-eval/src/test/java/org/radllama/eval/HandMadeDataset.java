package org.radllama.eval;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.radllama.dataset.InstructionExample;
import org.radllama.run.Json;

/** A published ingest run of invented reports, each holding the word {@link #CANARY}. */
public final class HandMadeDataset {
  public static final String CANARY = "zanzibar";
  private static final String[] FINDINGS = {
    "lungs are clear",
    "heart is enlarged",
    "small effusion on the left",
    "no pneumothorax",
    "opacity in the right base",
    "aorta is tortuous",
    "degenerative changes of the spine"
  };

  private HandMadeDataset() {}

  static List<InstructionExample> examples(String prefix, int n, long seed) {
    Random random = new Random(seed);
    List<InstructionExample> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      StringBuilder findings = new StringBuilder("The " + CANARY + " view. ");
      StringBuilder impression = new StringBuilder();
      for (int k = 0; k <= random.nextInt(4); k++) {
        String one = FINDINGS[random.nextInt(FINDINGS.length)];
        findings.append(one).append(". ");
        impression.append(k == 0 ? one : " and " + one);
      }
      impression.append(", ").append(CANARY).append('.');
      String source = i % 4 == 0 ? "mimic-cxr" : "openi";
      examples.add(
          OpenISplit.example(
              source + "/" + prefix + i,
              findings.toString().strip(),
              impression.toString(),
              i % 3 == 0 ? "normal" : i % 3 == 1 ? "abnormal" : "unknown"));
    }
    return examples;
  }

  static Path write(Path dir, List<InstructionExample> train, List<InstructionExample> test)
      throws IOException {
    Files.createDirectories(dir.resolve("jsonl"));
    lines(dir.resolve("jsonl/train.jsonl"), train);
    lines(dir.resolve("jsonl/test.jsonl"), test);
    ObjectNode manifest = Json.mapper().createObjectNode();
    manifest.put("job", "ingest").put("run_id", "hand-made");
    manifest.putObject("counts").put("train", train.size()).put("test", test.size());
    Files.writeString(dir.resolve("manifest.json"), Json.text(manifest));
    Files.createFile(dir.resolve("_SUCCESS"));
    return dir;
  }

  static void lines(Path file, List<?> rows) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Object row : rows) {
      lines.add(Json.mapper().writeValueAsString(row));
    }
    Files.write(file, lines);
  }
}
