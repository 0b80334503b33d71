package org.radllama.publish;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.run.LocalFiles;
import org.radllama.run.PublishedFiles;
import org.radllama.run.PublishedRuns;

/**
 * A dataset, adapter or model in the layout of the Hugging Face Hub: {@code README.md} with its
 * header, and the files that its readers load.
 */
final class HubFolder {
  /** Of a dataset's run, what is about reports that are not in it, or about how it was made. */
  private static final Set<String> KEPT_BACK =
      Set.of(
          PublishedFiles.MANIFEST,
          PublishedFiles.SUCCESS,
          "timings.json",
          "rejected.jsonl",
          "duplicates.jsonl",
          "leakage.jsonl",
          "identifiers.jsonl");

  /** Of a training's or an export's run, what others load: the first that is there. */
  private static final List<String> MODELS = List.of("adapter", "model", "merged");

  private final Configuration hadoop;
  private final FileSystem fs;
  private final Path run;
  private final JsonNode manifest;

  private HubFolder(Configuration hadoop, FileSystem fs, Path run, JsonNode manifest) {
    this.hadoop = hadoop;
    this.fs = fs;
    this.run = run;
    this.manifest = manifest;
  }

  /**
   * Of a published run.
   *
   * @throws BadInputException when none is published there
   */
  static HubFolder of(Configuration hadoop, Path run) throws IOException {
    FileSystem fs = run.getFileSystem(hadoop);
    Path files =
        PublishedRuns.files(fs, run)
            .orElseThrow(() -> new BadInputException("no run is published in %s", run));
    JsonNode manifest = Json.read(fs, new Path(files, PublishedFiles.MANIFEST));
    return new HubFolder(hadoop, fs, files, manifest);
  }

  /**
   * Makes the folder, whole or not at all.
   *
   * @param out must not exist
   * @return what to do with it, for a person
   * @throws BadInputException when the run has nothing to hand on, or may not be
   * @throws BadSettingException when the folder exists
   */
  String write(Path out) throws IOException {
    boolean dataset = manifest.path("job").asText().equals("ingest");
    List<Path> files = dataset ? dataset() : model();
    FileSystem to = LocalFiles.withoutChecksums(out, hadoop);
    if (to.exists(out)) {
      throw new BadSettingException("--out %s exists already; name a new folder", out);
    }
    Path partial = new Path(out.getParent(), "_" + out.getName());
    to.delete(partial, true);
    to.mkdirs(partial);
    for (Path file : files) {
      FileUtil.copy(fs, file, to, new Path(partial, file.getName()), false, hadoop);
    }
    if (!to.rename(partial, out)) {
      throw new IOException("cannot rename a folder to --out");
    }
    return "%s: %s; nothing was uploaded. To upload it: hf upload OWNER/NAME %s .%s"
        .formatted(
            out, dataset ? "a dataset" : "a model", out, dataset ? " --repo-type dataset" : "");
  }

  private List<Path> dataset() throws IOException {
    requireShareable();
    boolean shows = manifest.at("/configuration/card/show-text").asBoolean();
    List<Path> files = new ArrayList<>();
    for (FileStatus child : fs.listStatus(run)) {
      String name = child.getPath().getName();
      if (!KEPT_BACK.contains(name) && !(shows && name.equals("card.html"))) {
        files.add(child.getPath());
      }
    }
    return files;
  }

  private void requireShareable() {
    if (manifest.at("/configuration/card/synthetic").asBoolean()) {
      return;
    }
    List<String> refused = new ArrayList<>();
    manifest.path("counts_by_source").fieldNames().forEachRemaining(refused::add);
    refused.removeIf(source -> !source.startsWith("mimic"));
    if (!refused.isEmpty()) {
      throw new BadInputException(
          "dataset %s holds reports of %s, which its data use agreement forbids to share with anyone who has not signed it: no folder is made (synthetic reports: card.synthetic = true)",
          manifest.path("run_id").asText(), String.join(", ", refused));
    }
  }

  private List<Path> model() throws IOException {
    for (String name : MODELS) {
      Path folder = new Path(run, name);
      if (fs.exists(folder) && fs.getFileStatus(folder).isDirectory()) {
        List<Path> files = new ArrayList<>();
        for (FileStatus child : fs.listStatus(folder)) {
          files.add(child.getPath());
        }
        return files;
      }
    }
    throw new BadInputException(
        "run %s has neither a dataset nor an adapter or model to hand on",
        manifest.path("run_id").asText());
  }
}
