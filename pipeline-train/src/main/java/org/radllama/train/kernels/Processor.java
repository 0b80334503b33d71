package org.radllama.train.kernels;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine's processor has. */
final class Processor {
  /** Whether OpenBLAS has its small-matrix kernels here. */
  static final boolean AVX512 = has("avx512vl");

  private Processor() {}

  private static boolean has(String flag) {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1).contains(flag);
    } catch (IOException e) {
      return false; // not Linux: what is slower there is still right
    }
  }
}
