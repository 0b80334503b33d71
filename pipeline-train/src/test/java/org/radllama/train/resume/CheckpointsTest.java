package org.radllama.train.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.failure.TryAgainException;
import org.radllama.train.engine.ParameterLayout;
import org.radllama.train.optim.AdamW;
import org.radllama.train.safetensors.FloatTensor;
import org.radllama.train.safetensors.SafetensorsFile;
import org.radllama.train.safetensors.SafetensorsWriter;

/** A training in miniature, whose files are damaged wherever it stops. */
class CheckpointsTest {
  private static final int STEPS = 24;
  private static final AdamW.Hyper HYPER = new AdamW.Hyper(0.9, 0.999, 1e-8, 0.01);
  private static final ParameterLayout LAYOUT = ParameterLayout.of(Map.of("w", List.of(3, 4)));

  @TempDir Path folder;
  private FileSystem fs;

  @BeforeEach
  void open() throws IOException {
    fs = FileSystem.getLocal(new Configuration());
    fs.setWriteChecksum(false);
  }

  private record Numbers(FileSystem fs) implements WeightFiles {
    private static org.apache.hadoop.fs.Path file(org.apache.hadoop.fs.Path dir) {
      return new org.apache.hadoop.fs.Path(dir, "weights.safetensors");
    }

    @Override
    public void write(org.apache.hadoop.fs.Path dir, float[] values) throws IOException {
      SafetensorsWriter.write(fs, file(dir), FloatTensor.of(LAYOUT, values));
    }

    @Override
    public float[] read(org.apache.hadoop.fs.Path dir) throws IOException {
      float[] values = new float[LAYOUT.parameterCount()];
      try (SafetensorsFile file = SafetensorsFile.open(fs, file(dir))) {
        file.read("w", 0, values, 0, values.length);
      }
      return values;
    }
  }

  private Checkpoints checkpoints() {
    org.apache.hadoop.fs.Path root = new org.apache.hadoop.fs.Path(folder.toString());
    return new Checkpoints(fs, root, LAYOUT, new Numbers(fs), 2);
  }

  /** Whatever step, its gradient and its validation are the same, as in a real training. */
  private static void advance(TrainingState state, Checkpoints checkpoints, Random clock)
      throws IOException {
    Random random = new Random(state.steps());
    float[] gradient = new float[LAYOUT.parameterCount()];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = (float) random.nextGaussian();
    }
    state.step(gradient, 0.01, random.nextDouble(), 7);
    boolean best = state.steps() % 2 == 0 && state.validated(random.nextDouble());
    if (best || state.steps() % 5 == 0) {
      checkpoints.write(state);
    } else if (clock.nextInt(3) == 0) {
      checkpoints.keep(state);
    }
  }

  private static float[] whole(Checkpoints checkpoints) throws IOException {
    TrainingState state = TrainingState.start(new float[LAYOUT.parameterCount()], HYPER);
    while (state.steps() < STEPS) {
      advance(state, checkpoints, new Random(state.steps()));
    }
    return checkpoints.weights(state.best().step());
  }

  private void clear() throws IOException {
    fs.delete(new org.apache.hadoop.fs.Path(folder.toString()), true);
  }

  private List<Path> files() throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Bytes change, a file is cut, lost, or a folder is; answers what was done. */
  private String damage(Random random) throws IOException {
    List<Path> files = files();
    if (files.isEmpty()) {
      return "nothing";
    }
    Path file = files.get(random.nextInt(files.size()));
    byte[] bytes = Files.readAllBytes(file);
    switch (random.nextInt(4)) {
      case 0 -> Files.delete(file);
      case 1 -> Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
      case 2 -> {
        for (Path sibling : files) {
          if (sibling.getParent().equals(file.getParent())) {
            Files.delete(sibling);
          }
        }
      }
      default -> {
        int at = random.nextInt(bytes.length);
        // A digit becomes another one: a file of JSON stays one.
        bytes[at] = (byte) (bytes[at] ^ 1);
        Files.write(file, bytes);
      }
    }
    return file.toString();
  }

  @Test
  void whateverIsDamagedWhereverItStopsTheBestIsTheSame() throws IOException {
    float[] expected = whole(checkpoints());
    clear();
    Set<Long> resumed = new HashSet<>();
    for (int seed = 0; seed < 15; seed++) {
      Random random = new Random(seed);
      TrainingState state = TrainingState.start(new float[LAYOUT.parameterCount()], HYPER);
      List<String> damaged = new ArrayList<>();
      while (state.steps() < STEPS) {
        advance(state, checkpoints(), random);
        if (random.nextInt(8) == 0) {
          for (int i = random.nextInt(3); i > 0; i--) {
            damaged.add(state.steps() + ": " + damage(random));
          }
          Optional<TrainingState> kept = checkpoints().newestWhole(HYPER, true);
          kept.ifPresent(s -> resumed.add(s.steps()));
          state =
              kept.orElseGet(() -> TrainingState.start(new float[LAYOUT.parameterCount()], HYPER));
        }
      }
      assertThat(checkpoints().weights(state.best().step())).as("%s", damaged).isEqualTo(expected);
      clear();
    }
    // It did not always begin again.
    assertThat(resumed).hasSizeGreaterThan(3);
  }

  @Test
  void aBestThatWasDamagedMeanwhileIsNotExported() throws IOException {
    TrainingState state = TrainingState.start(new float[LAYOUT.parameterCount()], HYPER);
    state.step(new float[LAYOUT.parameterCount()], 0.1, 1, 1);
    state.validated(1);
    checkpoints().write(state);
    Path file = folder.resolve("step-000001/weights.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(() -> checkpoints().weights(1))
        .isInstanceOf(TryAgainException.class)
        .hasMessageContaining("step-000001");
    // The state itself is right, so that what is damaged is replaced.
    checkpoints().write(state);
    assertThat(checkpoints().weights(1)).isEqualTo(state.values());
  }
}
