package org.radllama.train.safetensors;

import java.io.IOException;
import org.radllama.train.checkpoint.HuggingFaceCheckpoint;

/** Tensors as one array each, row-major. */
public final class WholeTensors {
  private WholeTensors() {}

  static float[] read(SafetensorsFile file, String name) throws IOException {
    float[] values = new float[(int) file.tensor(name).elements()];
    file.read(name, 0, values, 0, values.length);
    return values;
  }

  /** Of a checkpoint. */
  public static float[] read(HuggingFaceCheckpoint checkpoint, String name) throws IOException {
    float[] values = new float[(int) checkpoint.tensor(name).elements()];
    checkpoint.read(name, 0, values, 0, values.length);
    return values;
  }
}
