package org.radllama.train.peft;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.train.engine.Adaptation;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.llama.LlamaConfig;
import org.radllama.train.llama.LlamaWeights;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsFile;
import org.radllama.train.safetensors.SafetensorsWriter;
import org.radllama.train.safetensors.TensorInfo;

/**
 * A LoRA adapter in PEFT's directory form.
 *
 * @param adaptation rank, scale and targets; the targets in the order of {@link
 *     LlamaWeights#PROJECTIONS}
 * @param values the factors as one flat vector in the order of {@link LlamaWeights#layout}
 */
public record PeftAdapter(Adaptation.Lora adaptation, float[] values) {
  private static final String WEIGHTS = "adapter_model.safetensors";

  /**
   * Loads a directory.
   *
   * @param dir a Hadoop path
   * @param config the model the adapter is for
   * @throws BadInputException naming the key for a missing, an unknown and a wrongly shaped tensor,
   *     for whatever the configuration asks that is not done here, and for damaged files
   */
  public static PeftAdapter load(Configuration hadoop, String dir, LlamaConfig config)
      throws IOException {
    Path root = new Path(dir);
    FileSystem fs = root.getFileSystem(hadoop);
    Adaptation.Lora lora = readConfig(fs, root);
    ParameterLayout layout = layout(config, lora, root);
    Path weights = new Path(root, WEIGHTS);
    if (!fs.exists(weights)) {
      throw new BadInputException(missingWeights(fs, root));
    }
    try (SafetensorsFile file = SafetensorsFile.open(fs, weights)) {
      check(file, layout, weights.toUri().getPath());
      float[] values = new float[layout.parameterCount()];
      for (ParameterLayout.Slot slot : layout.slots()) {
        file.read(slot.name(), 0, values, slot.offset(), slot.size());
      }
      return new PeftAdapter(lora, values);
    }
  }

  private static ParameterLayout layout(LlamaConfig config, Adaptation.Lora lora, Path root) {
    try {
      return LlamaWeights.layout(config, lora);
    } catch (BadSettingException e) {
      throw new BadInputException(root.toUri().getPath() + ": " + e.getMessage(), e);
    }
  }

  /**
   * What an adapter directory trains, without its numbers.
   *
   * @throws BadInputException naming the key, as {@link #load}
   */
  public static Adaptation.Lora readConfig(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    return readConfig(root.getFileSystem(hadoop), root);
  }

  private static Adaptation.Lora readConfig(FileSystem fs, Path root) throws IOException {
    Path path = new Path(root, AdapterConfig.FILE);
    String shown = path.toUri().getPath();
    if (!fs.exists(path)) {
      throw new BadInputException("no such adapter: " + shown + " is missing");
    }
    return AdapterConfig.parse(AdapterConfig.read(fs, path), shown, () -> modules(fs, root));
  }

  private static Set<String> modules(FileSystem fs, Path root) throws IOException {
    Path weights = new Path(root, WEIGHTS);
    if (!fs.exists(weights)) {
      throw new BadInputException(missingWeights(fs, root));
    }
    Set<String> modules = new TreeSet<>();
    try (SafetensorsFile file = SafetensorsFile.open(fs, weights)) {
      for (String name : file.names()) {
        modules.add(name.replaceAll("^base_model[.]model[.]|[.]lora_[AB][.]weight$", ""));
      }
    }
    return modules;
  }

  private static String missingWeights(FileSystem fs, Path root) throws IOException {
    String shown = root.toUri().getPath();
    return fs.exists(new Path(root, "adapter_model.bin"))
        ? ("%s has pickled weights only, and opening a pickle runs its code; convert it on a machine where that may happen: in Python, load the adapter with PEFT and save it by"
                + " save_pretrained(NEW_DIR, safe_serialization=True)")
            .formatted(shown)
        : "no such adapter: %s is missing in %s".formatted(WEIGHTS, shown);
  }

  private static void check(SafetensorsFile file, ParameterLayout layout, String shown) {
    Set<String> known = new HashSet<>();
    for (ParameterLayout.Slot slot : layout.slots()) {
      known.add(slot.name());
      if (!file.has(slot.name())) {
        throw new BadInputException("%s: %s is missing", shown, slot.name());
      }
      TensorInfo tensor = file.tensor(slot.name());
      List<Long> shape = slot.shape().stream().map(Integer::longValue).toList();
      if (!tensor.shape().equals(shape)) {
        throw new BadInputException(
            "%s: %s has the shape %s, but for this base and rank it must be %s",
            shown, slot.name(), tensor.shape(), shape);
      }
    }
    for (String name : file.names()) {
      if (!known.contains(name)) {
        throw new BadInputException("%s: %s belongs to no target module of this base", shown, name);
      }
    }
  }

  /**
   * Writes a directory, byte for byte the same for the same arguments.
   *
   * @param layout {@link LlamaWeights#layout} of the adaptation
   * @param values the flat vector
   * @param baseModelName PEFT's {@code base_model_name_or_path}; empty for none
   */
  public static void write(
      FileSystem fs,
      Path dir,
      Adaptation.Lora lora,
      ParameterLayout layout,
      float[] values,
      String baseModelName)
      throws IOException {
    List<FloatTensor> tensors = FloatTensor.of(layout, values);
    fs.mkdirs(dir);
    Json.write(fs, new Path(dir, AdapterConfig.FILE), AdapterConfig.toJson(lora, baseModelName));
    SafetensorsWriter.write(fs, new Path(dir, WEIGHTS), tensors);
  }
}
