package org.radllama.train.cluster;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.Shell;
import org.radllama.failure.MissingResourceException;
import org.radllama.train.engine.EngineProvider;
import org.radllama.train.engine.EngineSettings;
import org.radllama.train.kernels.Libtorch;

/** Whether a build for GPUs has one here that it can start on. */
final class NvidiaDriver {
  private static final String ND4J = "org.nd4j.linalg.jcublas.JCublasBackend";
  private static final String[] QUERY = {
    "nvidia-smi",
    "--query-gpu=index,name,compute_cap,driver_version,memory.free",
    "--format=csv,noheader,nounits"
  };
  private static final int FIELDS = 5;
  private static final int RTLD_LAZY = 1;

  /** nd4j-cuda-11.6 1.0.0-M2.1 holds machine code for sm_37 to sm_86 and no PTX; 8.9 runs 8.6's. */
  private static final double ND4J_OLDEST = 3.7;

  private static final double ND4J_NEWEST = 8.9;

  /** libtorch 2.10.0 for CUDA 13 holds machine code for sm_75, 80, 90, 100 and 120, and no PTX. */
  private static final List<Integer> TORCH_GENERATIONS = List.of(8, 9, 10, 12);

  private static final double TORCH_OLDEST = 7.5;
  private static final int TORCH_DRIVER = 580;

  /** What libtorch's libraries for GPUs ask the machine for. */
  private static final List<String> TORCH_LIBRARIES =
      List.of(
          "libcudart.so.13",
          "libcublas.so.13",
          "libcublasLt.so.13",
          "libcudnn.so.9",
          "libcufft.so.12",
          "libcufile.so.0",
          "libcupti.so.13",
          "libcurand.so.10",
          "libcusolver.so.12",
          "libcusparse.so.12",
          "libnccl.so.2");

  private NvidiaDriver() {}

  /** What a build needs a GPU for. */
  enum Build {
    ND4J,
    LIBTORCH
  }

  /** A line of nvidia-smi. */
  private record Gpu(String index, String name, double capability, String driver, long freeMiB) {
    static Gpu of(String line) {
      String[] parts = line.split("\\s*,\\s*", -1);
      if (parts.length != FIELDS) {
        throw new MissingResourceException("nvidia-smi answers in %d fields", parts.length);
      }
      try {
        return new Gpu(
            parts[0].strip(),
            parts[1],
            Double.parseDouble(parts[2]),
            parts[3],
            Long.parseLong(parts[4].strip()));
      } catch (NumberFormatException e) {
        throw new MissingResourceException(
            "nvidia-smi gives no compute capability of GPU %s: %s".formatted(parts[0], parts[2]),
            e);
      }
    }
  }

  /**
   * Looks at the GPU of a task.
   *
   * @param device its index, or {@link EngineProvider#ANY_DEVICE}
   * @return bytes that are free on it
   * @throws MissingResourceException in one line
   */
  static long require(int device) {
    if (nd4j()) {
      return require(query(), device, Build.ND4J);
    }
    long free = require(query(), device, Build.LIBTORCH);
    requireLibraries(TORCH_LIBRARIES.stream().filter(name -> !loads(name)).toList());
    return free;
  }

  /** Whether this build computes on a GPU with such settings: ND4J's always does. */
  static boolean forGpus(EngineSettings settings) {
    return nd4j() || Libtorch.onGpu(settings);
  }

  /** Whether ND4J's CUDA backend is on the class path. */
  static boolean nd4j() {
    try {
      Class.forName(ND4J, false, NvidiaDriver.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The driver's GPUs, one a line. */
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

  static long require(List<String> gpus, int device, Build build) {
    if (gpus.isEmpty()) {
      throw new MissingResourceException(
          "this build is for GPUs, but nvidia-smi finds no NVIDIA driver and GPU here: install a driver for CUDA %s",
          build == Build.ND4J
              ? "11.6, or build without -P cuda11"
              : "13, set device = cpu, or build without -P cuda");
    }
    Gpu own =
        gpus.stream()
            .filter(line -> device == EngineProvider.ANY_DEVICE || line.startsWith(device + ","))
            .findFirst()
            .map(Gpu::of)
            .orElseThrow(
                () ->
                    new MissingResourceException(
                        "Spark gave GPU %d to a task, nvidia-smi lists %d there: use deploy/gpu/discover-gpus as discovery script",
                        device, gpus.size()));
    if (build == Build.ND4J) {
      requireNd4j(own);
    } else {
      requireTorch(own);
    }
    return own.freeMiB << 20;
  }

  private static void requireNd4j(Gpu gpu) {
    if (gpu.capability < ND4J_OLDEST || gpu.capability > ND4J_NEWEST) {
      throw new MissingResourceException(
          "GPU %s is %s (sm_%d); ND4J 1.0.0-M2.1 has code for sm_37 to sm_86, which run on Tesla K80, Maxwell, Pascal, Volta, Turing, Ampere and Ada (sm_89), and none for this one: build with -P cuda for a newer one",
          gpu.index, gpu.name, Math.round(gpu.capability * 10));
    }
  }

  private static void requireTorch(Gpu gpu) {
    if (gpu.capability < TORCH_OLDEST
        || (gpu.capability > TORCH_OLDEST && !TORCH_GENERATIONS.contains((int) gpu.capability))) {
      throw new MissingResourceException(
          "GPU %s is %s (sm_%d); libtorch 2.10 has code for Turing, Ampere, Ada, Hopper and Blackwell (sm_75 to sm_120), and none for this one: build with -P cuda11 for Kepler to Volta",
          gpu.index, gpu.name, Math.round(gpu.capability * 10));
    }
    if (Integer.parseInt(gpu.driver.replaceAll("\\..*", "")) < TORCH_DRIVER) {
      throw new MissingResourceException(
          "GPU %s has driver %s, but CUDA 13 needs %d or newer",
          gpu.index, gpu.driver, TORCH_DRIVER);
    }
  }

  static void requireLibraries(List<String> missing) {
    if (!missing.isEmpty()) {
      throw new MissingResourceException(
          "libtorch cannot use the GPU, since %s %s missing: CUDA 13, cuDNN 9, NCCL, cuFile and CUPTI must be where the loader finds them (LD_LIBRARY_PATH)",
          String.join(", ", missing), missing.size() == 1 ? "is" : "are");
    }
  }

  private static boolean loads(String library) {
    for (String own : new String[] {"c", "dl"}) {
      try {
        Object[] arguments = {library, RTLD_LAZY};
        Pointer handle = Function.getFunction(own, "dlopen").invokePointer(arguments);
        return handle != null;
      } catch (LinkageError e) {
        continue; // before glibc 2.34 it is in libdl
      }
    }
    return false;
  }
}
