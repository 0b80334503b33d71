package org.radllama.train.resume;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.TryAgainException;
import org.radllama.run.Digests;
import org.radllama.run.Durable;
import org.radllama.run.Json;
import org.radllama.run.Renaming;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.optim.AdamW;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsFile;
import org.radllama.train.safetensors.SafetensorsWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code checkpoints/step-000123/}: the weights as an adapter or a model, {@code
 * optimiser.safetensors} with both moments, and {@code state.json} with the step, a digest of every
 * file and one of itself. It is written beside its place and renamed, or with {@code state.json} as
 * its last file where a store cannot rename. One that does not match its digests is never read: it
 * is removed, or written again. What is saved between those that are due, by the clock or when a
 * run is interrupted, is called {@code interim-000123/}; the next that is due removes it, so that
 * what is published depends on neither.
 *
 * @param root of a run's checkpoints
 * @param keep how many of the newest stay; the best stays beside them
 */
public record Checkpoints(
    FileSystem fs, Path root, ParameterLayout layout, WeightFiles weights, int keep) {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final String DUE = "step-";
  private static final String UNDUE = "interim-";
  private static final String STATE = "state.json";
  private static final String OWN = "state_sha256";
  private static final String OPTIMISER = "optimiser.safetensors";
  private static final String MEAN = "exp_avg.";
  private static final String SQUARE = "exp_avg_sq.";

  /**
   * Writes a state that is due, unless it is there undamaged, and removes checkpoints that are no
   * longer kept.
   */
  public void write(TrainingState state) throws IOException {
    write(state, place(DUE, state.steps()));
    retain(state.best().step());
  }

  /** Writes a state that is not due, unless it is there, in place of earlier such ones. */
  public void keep(TrainingState state) throws IOException {
    if (!isWhole(place(DUE, state.steps()))) {
      write(state, place(UNDUE, state.steps()));
      List<Path> kept = newestFirst(UNDUE);
      for (Path old : kept.subList(1, kept.size())) {
        fs.delete(old, true);
      }
    }
  }

  private void write(TrainingState state, Path place) throws IOException {
    if (isWhole(place)) {
      return;
    }
    Path made = Renaming.draft(fs, place);
    fs.delete(made, true);
    fs.mkdirs(made);
    weights.write(made, state.values());
    writeMoments(new Path(made, OPTIMISER), state.adam());
    ObjectNode description = describe(made, state);
    description.put(OWN, Digests.sha256(Json.text(description)));
    Json.write(fs, new Path(made, STATE), description);
    Durable.sync(fs, made);
    Renaming.settle(fs, made, place);
    Durable.syncEntries(fs, root);
  }

  private Path place(String kind, long step) {
    return new Path(root, format("%s%06d", kind, step));
  }

  private void writeMoments(Path file, AdamW adam) throws IOException {
    List<FloatTensor> tensors = new ArrayList<>();
    for (ParameterLayout.Slot s : layout.slots()) {
      tensors.add(FloatTensor.of(MEAN + s.name(), s.shape(), adam.mean(), s.offset()));
      tensors.add(FloatTensor.of(SQUARE + s.name(), s.shape(), adam.square(), s.offset()));
    }
    SafetensorsWriter.write(fs, file, tensors);
  }

  private ObjectNode describe(Path dir, TrainingState state) throws IOException {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("step", state.steps());
    node.put("target_tokens", state.targetTokens());
    putFinite(node, "loss", state.last().loss());
    putFinite(node, "validation_loss", state.last().validationLoss());
    if (state.best().step() > 0) {
      node.putObject("best")
          .put("step", state.best().step())
          .put("loss", state.best().loss())
          .put("validations_since", state.best().since());
    }
    ObjectNode files = node.putObject("sha256");
    for (Digests.Entry entry : Digests.listing(fs, dir)) {
      files.put(entry.path(), entry.sha256());
    }
    return node;
  }

  private static void putFinite(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    }
  }

  private List<Path> all() throws IOException {
    return fs.exists(root)
        ? Arrays.stream(fs.listStatus(root)).map(FileStatus::getPath).toList()
        : List.of();
  }

  /** Checkpoint directories, newest first. */
  private List<Path> newestFirst(String kinds) throws IOException {
    return all().stream()
        .filter(dir -> dir.getName().matches("(" + kinds + ")[0-9]+"))
        .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
        .toList();
  }

  private static long step(Path dir) {
    return Long.parseLong(dir.getName().substring(dir.getName().indexOf('-') + 1));
  }

  private void retain(long bestStep) throws IOException {
    List<Path> due = newestFirst(DUE);
    for (Path old : due.subList(Math.min(keep, due.size()), due.size())) {
      if (step(old) != bestStep) {
        fs.delete(old, true);
      }
    }
    sweep();
  }

  /** Leaves only what is due. */
  private void sweep() throws IOException {
    for (Path dir : all()) {
      if (!dir.getName().startsWith(DUE)) {
        fs.delete(dir, true);
      }
    }
  }

  /** Removes what an uninterrupted run would not have. */
  public void close() throws IOException {
    sweep();
    if (all().isEmpty()) {
      fs.delete(root, true);
    }
  }

  /**
   * The newest state that is undamaged, and so is the best before it; others are logged and
   * removed.
   *
   * @param best whether the best step's checkpoint will be read, too
   */
  public Optional<TrainingState> newestWhole(AdamW.Hyper hyper, boolean best) throws IOException {
    for (Path dir : newestFirst(DUE + "|" + UNDUE)) {
      Optional<String> damage = damage(dir);
      if (damage.isEmpty()) {
        TrainingState state = read(dir, hyper);
        damage = best ? damageOfBest(state) : damage;
        if (damage.isEmpty()) {
          if (dir.getName().startsWith(DUE)) {
            retain(state.best().step()); // A kill may have come between the write and this.
          }
          return Optional.of(state);
        }
      }
      LOG.warn("{} is removed: {}", dir.getName(), damage.get());
      fs.delete(dir, true);
    }
    return Optional.empty();
  }

  private Optional<String> damageOfBest(TrainingState state) throws IOException {
    long step = state.best().step();
    if (step == state.steps()) {
      write(state, place(DUE, step)); // The state is the best; its checkpoint may be damaged.
    }
    return step == 0
        ? Optional.empty()
        : damage(place(DUE, step)).map(reason -> "its best, step " + step + ": " + reason);
  }

  /** The name of the newest checkpoint, if there is one. */
  public Optional<String> newest() throws IOException {
    return newestFirst(DUE + "|" + UNDUE).stream().findFirst().map(Path::getName);
  }

  /**
   * The weights of one step.
   *
   * @throws TryAgainException when they are damaged: what is left is enough to compute them again
   */
  public float[] weights(long step) throws IOException {
    Path dir = place(DUE, step);
    Optional<String> damage = damage(dir);
    if (damage.isPresent()) {
      throw new TryAgainException(
          "the best checkpoint %s was damaged during the run (%s): repeat the command with --resume to continue from an earlier checkpoint",
          dir.getName(), damage.get());
    }
    return weights.read(dir);
  }

  private boolean isWhole(Path dir) throws IOException {
    return fs.exists(dir) && damage(dir).isEmpty();
  }

  private Optional<String> damage(Path dir) throws IOException {
    Optional<ObjectNode> state = state(dir);
    if (state.isEmpty()) {
      return Optional.of(STATE + " is missing or damaged");
    }
    JsonNode files = state.get().path("sha256");
    for (String name : (Iterable<String>) files::fieldNames) {
      Path file = new Path(dir, name);
      if (!fs.exists(file)) {
        return Optional.of(name + " is missing");
      }
      if (!Digests.sha256(fs, file).equals(files.path(name).asText())) {
        return Optional.of(name + " does not match its digest");
      }
    }
    return files.has(OPTIMISER) ? Optional.empty() : Optional.of(OPTIMISER + " is not listed");
  }

  /** What the state's file says, if it matches its digest and its place. */
  private Optional<ObjectNode> state(Path dir) throws IOException {
    try {
      if (Json.read(fs, new Path(dir, STATE)) instanceof ObjectNode state
          && state.path("step").asLong() == step(dir)) {
        String own = state.path(OWN).asText();
        state.remove(OWN);
        return own.equals(Digests.sha256(Json.text(state))) ? Optional.of(state) : Optional.empty();
      }
    } catch (FileNotFoundException | JsonProcessingException e) {
      LOG.debug("{} has no readable {}", dir.getName(), STATE);
    }
    return Optional.empty();
  }

  private TrainingState read(Path dir, AdamW.Hyper hyper) throws IOException {
    float[] mean = new float[layout.parameterCount()];
    float[] square = new float[layout.parameterCount()];
    try (SafetensorsFile file = SafetensorsFile.open(fs, new Path(dir, OPTIMISER))) {
      for (ParameterLayout.Slot s : layout.slots()) {
        if (!file.has(MEAN + s.name()) || file.tensor(MEAN + s.name()).elements() != s.size()) {
          throw new BadInputException(
              format(
                  "%s holds another model: no %s of %d elements",
                  dir.getName(), s.name(), s.size()));
        }
        file.read(MEAN + s.name(), 0, mean, s.offset(), s.size());
        file.read(SQUARE + s.name(), 0, square, s.offset(), s.size());
      }
    }
    JsonNode state = Json.read(fs, new Path(dir, STATE));
    JsonNode best = state.path("best");
    return new TrainingState(
        weights.read(dir),
        new AdamW(hyper, state.path("step").asLong(), mean, square),
        state.path("target_tokens").asLong(),
        new TrainingState.Last(
            state.path("loss").asDouble(Double.NaN),
            state.path("validation_loss").asDouble(Double.NaN)),
        best.isMissingNode()
            ? TrainingState.Best.none()
            : new TrainingState.Best(
                best.path("step").asLong(),
                best.path("loss").asDouble(),
                best.path("validations_since").asInt()));
  }
}
