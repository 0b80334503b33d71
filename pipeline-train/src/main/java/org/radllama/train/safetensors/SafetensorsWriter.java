package org.radllama.train.safetensors;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.Durable;
import org.radllama.run.Json;

/**
 * Writes tensors as F32, F16 or BF16, byte for byte as the reference implementation does: tensors
 * sorted by dtype, the largest alignment first, and then by name, metadata {@code format: pt}, the
 * header padded with blanks to a multiple of eight.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_ELEMENTS = 1 << 18;
  private static final Comparator<FloatTensor> ORDER =
      Comparator.comparing(FloatTensor::dtype)
          .reversed()
          .thenComparing(t -> t.name().getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

  private SafetensorsWriter() {}

  /**
   * Writes a file, replacing what is there.
   *
   * @param tensors in any order
   * @throws IllegalArgumentException when two tensors have one name
   */
  public static void write(FileSystem fs, Path path, List<FloatTensor> tensors) throws IOException {
    List<FloatTensor> sorted = new ArrayList<>(tensors);
    sorted.sort(ORDER);
    byte[] header = header(sorted);
    try (OutputStream out = Durable.create(fs, path, 1 << 16)) {
      out.write(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(header.length)
              .array());
      out.write(header);
      for (FloatTensor tensor : sorted) {
        write(tensor, out);
      }
    }
  }

  private static byte[] header(List<FloatTensor> sorted) throws IOException {
    ObjectNode root = Json.mapper().createObjectNode();
    root.putObject(HeaderParser.METADATA).put("format", "pt");
    long at = 0;
    for (FloatTensor tensor : sorted) {
      if (root.has(tensor.name())) {
        throw new IllegalArgumentException("two tensors have the name " + tensor.name());
      }
      ObjectNode entry = root.putObject(tensor.name()).put("dtype", tensor.dtype().name());
      ArrayNode shape = entry.putArray("shape");
      tensor.shape().forEach(shape::add);
      long end = Math.addExact(at, tensor.bytes());
      entry.putArray("data_offsets").add(at).add(end);
      at = end;
    }
    byte[] json = Json.mapper().writeValueAsBytes(root);
    byte[] padded = Arrays.copyOf(json, (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
    Arrays.fill(padded, json.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void write(FloatTensor tensor, OutputStream out) throws IOException {
    long elements = tensor.elements();
    int most = (int) Math.min(elements, CHUNK_ELEMENTS);
    float[] values = new float[most];
    int width = tensor.dtype().bytes();
    ByteBuffer bytes = ByteBuffer.allocate(most * width).order(ByteOrder.LITTLE_ENDIAN);
    for (long done = 0; done < elements; ) {
      int n = (int) Math.min(elements - done, most);
      tensor.source().copy(done, values, n);
      FloatEncoder.encode(tensor.dtype(), values, n, bytes);
      out.write(bytes.array(), 0, n * width);
      done += n;
    }
  }
}
