package org.radllama.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;
import org.radllama.train.gguf.GgufFile;

/** An adapter that was trained here, exported later: what training would have written itself. */
class ExportJobTest {
  private static final List<String> SETS =
      List.of(
          "batch-size=20",
          "max-steps=3",
          "optimiser.learning-rate=1e-2",
          "validation.every=3",
          "lora.targets=[q_proj,k_proj,v_proj,down_proj]",
          "lora.rank-stabilised=true",
          "card.language=[en]",
          "base-model-id=owner/tiny",
          "shard-size=40 kB");

  @TempDir static Path folder;
  private static TrainFixture fixture;

  @BeforeAll
  static void train() throws IOException {
    fixture = new TrainFixture(folder);
    List<String> few = new ArrayList<>(TrainFixture.TINY);
    few.add("epochs=1");
    fixture.train("base", few, f -> f);
    for (String what : List.of("merged", "gguf")) {
      List<String> sets = new ArrayList<>(SETS);
      sets.add("export=" + what);
      fixture.adapt("trained-" + what, sets);
    }
  }

  @AfterAll
  static void stop() {
    fixture.stop();
  }

  private static void export(String runId, Consumer<ExportFlags> more, String... sets)
      throws IOException {
    ExportFlags flags = new ExportFlags();
    flags.baseModel = fixture.base();
    flags.adapter = folder.resolve("trained-merged/adapter").toString();
    flags.out = folder.toString();
    flags.runId = runId;
    flags.set = List.of(sets);
    more.accept(flags);
    Settings settings = Settings.load("export", Optional.empty(), flags.set, flags.overlay());
    Export.run(JobContext.of("export", settings, SparkSession.builder().getOrCreate()), flags);
  }

  private static void assertSame(Path seen, Path expected) throws IOException {
    try (Stream<Path> files = Files.list(expected)) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThan(4);
      for (Path file : all) {
        assertThat(seen.resolve(file.getFileName())).hasSameBinaryContentAs(file);
      }
      try (Stream<Path> ours = Files.list(seen)) {
        assertThat(ours).hasSameSizeAs(all);
      }
    }
  }

  @Test
  void everyFormHasTheBytesOfTheTrainingRun() throws IOException {
    export(
        "all",
        f -> {},
        "export=\"adapter, merged,gguf\"",
        "shard-size=40 kB",
        "card.language=[en]",
        "name=trained-merged");
    assertSame(folder.resolve("all/model"), folder.resolve("trained-merged/model"));
    assertSame(folder.resolve("all/adapter"), folder.resolve("trained-merged/adapter"));
    export("gguf", f -> {}, "export=gguf", "name=trained-gguf");
    for (String file : List.of("model.gguf", "Modelfile")) {
      assertThat(folder.resolve("gguf").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("trained-gguf").resolve(file));
    }
    assertThat(folder.resolve("gguf/model")).doesNotExist();
    JsonNode manifest = json("all/manifest.json");
    assertThat(manifest.path("counts").path("merged_matrices").asInt()).isEqualTo(8);
    assertThat(manifest.path("outputs").has("model.gguf")).isTrue();
    assertThat(manifest.toString()).doesNotContain(folder.toString());
  }

  private static JsonNode json(String file) throws IOException {
    return Json.mapper().readTree(folder.resolve(file).toFile());
  }

  @Test
  void aModelfileHasThePromptAndTheEndOfTraining() throws IOException {
    export("ollama", f -> {}, "export=gguf-adapter");
    String prompt =
        PromptTemplate.prompt(PromptTemplate.INSTRUCTION, PromptTemplate.input("{{ .Prompt }}"));
    String rest =
        "TEMPLATE \"\"\"" + prompt + "\"\"\"\nPARAMETER stop \"</s>\"\nPARAMETER temperature 0\n";
    assertThat(Files.readString(folder.resolve("trained-gguf/Modelfile")))
        .isEqualTo("FROM ./model.gguf\n" + rest);
    assertThat(Files.readString(folder.resolve("ollama/Modelfile.adapter")))
        .endsWith("FROM ./base.gguf\nADAPTER ./adapter.gguf\n" + rest);
  }

  /** W + alpha/r B A of llama.cpp, on the base's own GGUF, is the merged model's GGUF. */
  @Test
  void theGgufAdapterAddsToTheBaseWhatIsMerged() throws IOException {
    export("lora", f -> {}, "export=gguf-adapter");
    List<String> whole = new ArrayList<>(TrainFixture.TINY);
    whole.addAll(List.of("epochs=1", "export=gguf"));
    fixture.train("base-gguf", whole, f -> f);
    GgufFile base = GgufFile.read(folder.resolve("base-gguf/model.gguf"));
    GgufFile merged = GgufFile.read(folder.resolve("trained-gguf/model.gguf"));
    GgufFile lora = GgufFile.read(folder.resolve("lora/adapter.gguf"));
    assertThat(lora.metadata())
        .containsEntry("general.architecture", "llama")
        .containsEntry("general.type", "adapter")
        .containsEntry("adapter.type", "lora")
        .containsEntry("general.name", "lora");
    // rsLoRA: llama.cpp knows alpha / r alone.
    float alpha = (Float) lora.metadata().get("adapter.lora.alpha");
    assertThat(alpha).isEqualTo((float) (16 * Math.sqrt(8)));
    assertThat(lora.tensors()).hasSize(2 * 2 * 4).containsKey("blk.1.ffn_down.weight.lora_a");
    int changed = 0;
    for (String name : base.tensors().keySet()) {
      float[] expected = merged.floats(name);
      float[] seen = base.floats(name);
      if (lora.tensors().containsKey(name + ".lora_a")) {
        float[] a = lora.floats(name + ".lora_a");
        float[] b = lora.floats(name + ".lora_b");
        int rank = lora.tensors().get(name + ".lora_b").dimensions().get(0).intValue();
        int in = lora.tensors().get(name + ".lora_a").dimensions().get(0).intValue();
        double moved = 0;
        for (int i = 0; i < seen.length; i++) {
          double sum = 0;
          for (int r = 0; r < rank; r++) {
            sum += (double) b[i / in * rank + r] * a[r * in + i % in];
          }
          seen[i] += (float) (alpha / rank * sum);
          moved = Math.max(moved, Math.abs(alpha / rank * sum));
        }
        assertThat(moved).as(name).isGreaterThan(0.01);
        changed++;
      }
      assertThat(seen).as(name).usingComparatorWithPrecision(2e-3f).containsExactly(expected);
    }
    assertThat(changed).isEqualTo(8);
  }

  @Test
  void theCardSaysWhatIsKnownAndNoMore() throws IOException {
    String card = Files.readString(folder.resolve("trained-merged/adapter/README.md"));
    assertThat(card)
        .startsWith(
            "---\nbase_model: \"owner/tiny\"\nlanguage:\n- \"en\"\nlibrary_name: peft\nlicense:"
                + " other\n")
        .contains("`r`, a run of RadLlama's ingest: 200 examples to train on, 20 to validate")
        .contains("| lora.rank | 8 |")
        .contains("| optimiser.learning-rate | 0.01 |")
        .contains("## Scores\n\nNot evaluated here.\n")
        .contains(PromptTemplate.INSTRUCTION)
        .doesNotContain("MIMIC")
        .doesNotContain(folder.toString());
    JsonNode training = json("trained-merged/manifest.json").path("training");
    assertThat(card)
        .contains(
            format(
                "%.4f in the last training step, %.4f on the validate split",
                training.path("loss").asDouble(), training.path("validation_loss").asDouble()));
    assertThat(Files.readString(folder.resolve("trained-merged/model/README.md")))
        .contains("library_name: transformers\n");
  }

  /** An evaluation counts when it scored exactly these files. */
  @Test
  void scoresAreThoseOfTheAdaptersContents() throws IOException {
    export("first", f -> {}, "export=adapter");
    String sha256 = "";
    for (JsonNode input : json("first/manifest.json").path("inputs")) {
      sha256 =
          input.path("name").asText().equals("adapter") ? input.path("sha256").asText() : sha256;
    }
    Path eval = evaluation(sha256);
    export("scored", f -> f.scores = eval.toString(), "export=adapter,merged");
    for (String dir : List.of("adapter", "model")) {
      assertThat(Files.readString(folder.resolve("scored/" + dir + "/README.md")))
          .contains("| r | test | 7 | ROUGE-L | 0.2500 | 0.1250 to 0.5000 |")
          .contains("F-measures of the evaluation `eval-1`: `greedy`.")
          .doesNotContain("bleu4")
          .doesNotContain("Not evaluated");
    }
    String other = folder.resolve("trained-gguf/adapter").toString();
    assertThatThrownBy(
            () ->
                export(
                    "refused",
                    f -> {
                      f.scores = eval.toString();
                      f.adapter = other;
                    },
                    "export=adapter"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("no system of");
    export(
        "named",
        f -> {
          f.scores = eval.toString();
          f.adapter = other;
        },
        "export=adapter",
        "system=mine");
    assertThat(Files.readString(folder.resolve("named/adapter/README.md"))).contains("| 0.2500 |");
  }

  private static Path evaluation(String adapterSha256) throws IOException {
    Path dir = Files.createDirectories(folder.resolve("eval-1"));
    ObjectNode metrics = Json.mapper().createObjectNode().put("signature", "greedy");
    ObjectNode all = metrics.withObject("/systems/mine/r/test/all");
    for (String name : List.of("rougeL_fmeasure", "bleu4")) {
      all.putObject(name).put("mean", 0.25).put("low", 0.125).put("high", 0.5).put("n", 7);
    }
    ObjectNode manifest = Json.mapper().createObjectNode().put("run_id", "eval-1");
    manifest
        .putArray("inputs")
        .addObject()
        .put("name", "adapter mine")
        .put("sha256", adapterSha256);
    Files.writeString(dir.resolve("metrics.json"), Json.text(metrics));
    Files.writeString(dir.resolve("manifest.json"), Json.text(manifest));
    Files.writeString(dir.resolve("_SUCCESS"), "");
    return dir;
  }

  /** Of PEFT's own files only two are needed; nothing is said of the training then. */
  @Test
  void anAdapterFromElsewhereIsExportedToo() throws IOException {
    Path theirs = Files.createDirectories(folder.resolve("theirs"));
    for (String file : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(folder.resolve("trained-merged/adapter").resolve(file), theirs.resolve(file));
    }
    export("elsewhere", f -> f.adapter = theirs.toString(), "export=adapter,merged,gguf");
    assertThat(folder.resolve("elsewhere/model/radllama.json")).doesNotExist();
    assertThat(Files.readString(folder.resolve("elsewhere/Modelfile")))
        .contains("TEMPLATE \"\"\"{{ .Prompt }}\"\"\"");
    assertThat(Files.readString(folder.resolve("elsewhere/adapter/README.md")))
        .contains("base_model: \"owner/tiny\"")
        .contains("Not known here");
  }

  @Test
  void anotherBaseIsRefused() throws IOException {
    List<String> other = new ArrayList<>(TrainFixture.TINY);
    other.addAll(List.of("epochs=1", "max-steps=1", "seed=5"));
    fixture.train("other", other, f -> f);
    assertThatThrownBy(
            () -> export("no", f -> f.baseModel = folder.resolve("other/model").toString()))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("--adapter was trained on another base: its radllama.json has base_");
    assertThat(folder.resolve("no")).doesNotExist();
    assertThatThrownBy(() -> export("no", f -> {}, "export=merged;gguf", "system=x"))
        .isInstanceOf(JobFailure.class)
        .hasMessageContaining("export must be one or more of [adapter, merged, gguf, gguf-adapter]")
        .hasMessageContaining("system names one of --scores")
        .satisfies(e -> assertThat(((JobFailure) e).exitCode()).isEqualTo(ExitCode.USAGE));
  }
}
