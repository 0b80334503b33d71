package org.radllama.train.gguf;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.run.Durable;

/**
 * Writes a file: header, metadata and tensor infos first, then the tensors' data in the order
 * given, a piece at a time. The bytes depend on the arguments alone.
 */
public final class GgufWriter {
  private static final byte[] MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 3;
  static final String ALIGNMENT_KEY = "general.alignment";

  /** Every tensor's data begins at a multiple of this. */
  private static final int ALIGNMENT = 32;

  /** Elements held at once; whole blocks of every type. */
  private static final int PIECE = 1 << 18;

  private GgufWriter() {}

  /**
   * Writes a file, replacing what is there.
   *
   * @param metadata without {@code general.alignment}, which is put here
   * @throws IllegalArgumentException when two tensors have one name
   * @throws BadInputException when an element is not finite or beyond its type, naming the tensor
   */
  public static void write(
      FileSystem fs, Path path, GgufMetadata metadata, List<GgufTensor> tensors)
      throws IOException {
    metadata.uint32(ALIGNMENT_KEY, ALIGNMENT);
    try (OutputStream stream = Durable.create(fs, path, 1 << 16)) {
      LittleEndian out = new LittleEndian(stream);
      out.bytes(MAGIC, MAGIC.length);
      out.int32(VERSION);
      out.int64(tensors.size());
      out.int64(metadata.size());
      metadata.write(out);
      infos(tensors, out);
      for (GgufTensor tensor : tensors) {
        data(tensor, out);
      }
    }
  }

  /** Names, shapes with the row's length first, types, and places counted from the first data. */
  private static void infos(List<GgufTensor> tensors, LittleEndian out) throws IOException {
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (GgufTensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new IllegalArgumentException("two tensors have the name " + tensor.name());
      }
      out.string(tensor.name());
      out.int32(tensor.shape().size());
      for (int d = tensor.shape().size() - 1; d >= 0; d--) {
        out.int64(tensor.shape().get(d));
      }
      out.int32(tensor.type().number());
      out.int64(offset);
      long end = Math.addExact(offset, tensor.bytes());
      offset = (end + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
    out.pad(ALIGNMENT);
  }

  private static void data(GgufTensor tensor, LittleEndian out) throws IOException {
    long elements = tensor.elements();
    int most = (int) Math.min(elements, PIECE);
    float[] values = new float[most];
    ByteBuffer bytes =
        ByteBuffer.allocate((int) tensor.type().bytes(most)).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < elements; ) {
      int n = (int) Math.min(elements - done, most);
      tensor.source().copy(done, values, n);
      requireRoom(tensor, values, n);
      tensor.type().encode(values, n, bytes);
      out.bytes(bytes.array(), (int) tensor.type().bytes(n));
      done += n;
    }
    out.pad(ALIGNMENT);
  }

  private static void requireRoom(GgufTensor tensor, float[] values, int count) {
    float largest = tensor.type().largest();
    for (int i = 0; i < count; i++) {
      if (!(Math.abs(values[i]) <= largest)) {
        throw new BadInputException(
            "%s: a weight is %s, beyond %s of a GGUF file; export = merged keeps the base's own formats",
            tensor.name(), values[i], tensor.type());
      }
    }
  }
}
