package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.radllama.dataset.Split;
import org.radllama.run.Json;

/**
 * {@code dataset_info.json}, in which LLaMA-Factory looks up the datasets of a folder: {@code
 * dataset_dir: RUN}, {@code dataset: alpaca-train}. It names each split of each further form that
 * has examples, and which columns they are in.
 */
public final class FactoryDatasets {
  /** Its name, which LLaMA-Factory fixes. */
  public static final String FILE = "dataset_info.json";

  private FactoryDatasets() {}

  /** The file of a run with these forms. */
  public static ObjectNode json(IngestTally tally, List<TrainingFormat> forms) {
    ObjectNode datasets = Json.mapper().createObjectNode();
    for (TrainingFormat form : forms) {
      for (Split split : Split.values()) {
        if (tally.kept(split) > 0) {
          ObjectNode dataset = datasets.putObject(form.folder() + "-" + split.label());
          dataset.put("file_name", form.folder() + "/" + split.label() + ".jsonl");
          columns(dataset, form);
        }
      }
    }
    return datasets;
  }

  private static void columns(ObjectNode dataset, TrainingFormat form) {
    switch (form) {
      case ALPACA ->
          dataset
              .putObject("columns")
              .put("prompt", "instruction")
              .put("query", "input")
              .put("response", "output");
      case PROMPT_COMPLETION ->
          dataset.putObject("columns").put("prompt", "prompt").put("response", "completion");
      case MESSAGES -> {
        dataset.put("formatting", "sharegpt");
        dataset.putObject("columns").put("messages", "messages");
        dataset
            .putObject("tags")
            .put("role_tag", "role")
            .put("content_tag", "content")
            .put("user_tag", "user")
            .put("assistant_tag", "assistant")
            .put("system_tag", "system");
      }
    }
  }
}
