package org.radllama.train.cluster;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.Shell;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineProvider;

/** Whether ND4J's CUDA backend, where it is on the class path, has a GPU that it can start on. */
final class NvidiaDriver {
  /** nd4j-cuda-11.6 1.0.0-M2.1 holds machine code for sm_37 to sm_86 and no PTX; 8.9 runs 8.6's. */
  private static final double NEWEST = 8.9;

  private static final double OLDEST = 3.7;
  private static final String BACKEND = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String[] QUERY = {
    "nvidia-smi", "--query-gpu=index,name,compute_cap", "--format=csv,noheader"
  };

  private NvidiaDriver() {}

  /**
   * Returns at once where ND4J computes on the CPU.
   *
   * @param device the index of the GPU in question, or {@link EngineProvider#ANY_DEVICE}
   * @throws MissingResourceException in one line
   */
  static void requireForCuda(int device) {
    if (cuda()) {
      require(query(), device);
    }
  }

  /** Whether ND4J's CUDA backend is on the class path. */
  static boolean cuda() {
    try {
      Class.forName(BACKEND, false, NvidiaDriver.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The driver's GPUs, one {@code index, name, capability} a line. */
  private static List<String> query() {
    try {
      return Shell.execCommand(null, QUERY, TimeUnit.SECONDS.toMillis(30))
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  static void require(List<String> gpus, int device) {
    if (gpus.isEmpty()) {
      throw new MissingResourceException(
          "nd4j-cuda-11.6 is on the class path, but nvidia-smi finds no NVIDIA driver and GPU here:"
              + " install a driver for CUDA 11.6, or build without -P cuda");
    }
    String own =
        gpus.stream()
            .filter(line -> device == EngineProvider.ANY_DEVICE || line.startsWith(device + ","))
            .findFirst()
            .orElseThrow(
                () ->
                    new MissingResourceException(
                        "Spark gave GPU %d to a task, nvidia-smi lists %d there: use deploy/gpu/discover-gpus as discovery script",
                        device, gpus.size()));
    String[] parts = own.split(",", -1);
    requireCode(parts[0].strip(), parts[1].strip(), Double.parseDouble(parts[2].strip()));
  }

  private static void requireCode(String index, String name, double capability) {
    if (capability < OLDEST || capability > NEWEST) {
      throw new MissingResourceException(
          "GPU %s is %s (sm_%d); ND4J 1.0.0-M2.1 has code for sm_37 to sm_86, which run on Tesla K80, Maxwell, Pascal, Volta, Turing, Ampere and Ada (sm_89), and none for this one: choose another GPU, or build without -P cuda",
          index, name, Math.round(capability * 10));
    }
  }
}
