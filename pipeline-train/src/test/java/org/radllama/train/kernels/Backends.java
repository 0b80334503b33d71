package org.radllama.train.kernels;

import java.util.stream.Stream;
import org.radllama.train.engine.Precision;

/** The backends that every test of kernels runs on. */
public final class Backends {
  private Backends() {}

  /** All of them. */
  public static Stream<Backend> all() {
    return Stream.of(
        new FusedBackend(), new NdArrayBackend(), new TorchBackend("cpu", Precision.F32));
  }
}
