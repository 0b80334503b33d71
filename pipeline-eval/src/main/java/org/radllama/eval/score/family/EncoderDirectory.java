package org.radllama.eval.score.family;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.radllama.eval.encoder.EncoderModel;

/**
 * An encoder that the user brought, so that executors can read it.
 *
 * @param dir its directory, a Hadoop path
 * @param sha256 a digest over its files, which signatures begin with; empty until it is {@link
 *     #opened}
 * @param layers so many of its layers are used; 0: all
 * @param hadoop how the path is read; null until then
 */
record EncoderDirectory(String dir, String sha256, int layers, SerializableConfiguration hadoop)
    implements Serializable {
  EncoderDirectory(String dir, int layers) {
    this(dir, "", layers, null);
  }

  /** The same with its digest. */
  EncoderDirectory opened(Configuration configuration) throws IOException {
    return new EncoderDirectory(
        dir,
        EncoderModel.sha256(configuration, dir),
        layers,
        new SerializableConfiguration(configuration));
  }

  /** The model, one in a process. */
  EncoderModel model(List<Integer> heads) {
    try {
      return EncoderModel.shared(hadoop.value(), dir, sha256, layers, heads);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The beginning of its digest. */
  String label() {
    return "model:" + (sha256.isEmpty() ? "" : sha256.substring(0, 12));
  }
}
