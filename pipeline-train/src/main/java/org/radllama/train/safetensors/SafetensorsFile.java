package org.radllama.train.safetensors;

import static org.radllama.text.Format.format;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;

/**
 * One safetensors file, open for reading. The header is read and checked whole by {@link #open};
 * tensors are read on demand, in slices, as {@code float}. Safe for several threads.
 */
public final class SafetensorsFile implements AutoCloseable {
  /** Longest header that the format allows, in bytes. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final int CHUNK_ELEMENTS = 1 << 18;

  private final BadFile bad;
  private final FSDataInputStream in;
  private final long dataStart;
  private final Map<String, TensorInfo> tensors;

  private SafetensorsFile(
      BadFile bad, FSDataInputStream in, long dataStart, Map<String, TensorInfo> tensors) {
    this.bad = bad;
    this.in = in;
    this.dataStart = dataStart;
    this.tensors = tensors;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws BadInputException naming the file and the tensor, when the file is not sound
   */
  public static SafetensorsFile open(FileSystem fs, Path path) throws IOException {
    long length = fs.getFileStatus(path).getLen();
    FSDataInputStream in = fs.open(path);
    try {
      return open(new BadFile(path.toUri().getPath(), "safetensors"), in, length);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static SafetensorsFile open(BadFile bad, FSDataInputStream in, long length)
      throws IOException {
    if (length < LENGTH_BYTES) {
      throw bad.because(format("it has %d bytes, fewer than its length field", length));
    }
    byte[] field = new byte[LENGTH_BYTES];
    in.readFully(0, field);
    long headerBytes = ByteBuffer.wrap(field).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES) {
      throw bad.because(
          format(
              "its header is said to have %s bytes, at most %d are allowed",
              Long.toUnsignedString(headerBytes), MAX_HEADER_BYTES));
    }
    long dataStart = LENGTH_BYTES + headerBytes;
    if (dataStart > length) {
      throw bad.because(
          format("its header is said to have %d bytes, the file has %d", headerBytes, length));
    }
    byte[] json = new byte[(int) headerBytes];
    in.readFully(LENGTH_BYTES, json);
    return new SafetensorsFile(
        bad, in, dataStart, HeaderParser.parse(json, length - dataStart, bad));
  }

  /** Names of all tensors, in the order of their bytes. */
  public Collection<String> names() {
    return tensors.keySet();
  }

  /** Whether there is a tensor of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * A tensor's type, shape and place.
   *
   * @throws BadInputException when there is none of this name
   */
  public TensorInfo tensor(String name) {
    TensorInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw bad.tensor(name, "there is no such tensor");
    }
    return tensor;
  }

  /**
   * Reads the elements {@code from} to {@code from + count} into an array.
   *
   * @throws BadInputException when the tensor is absent or not F32, F16 or BF16
   * @throws IndexOutOfBoundsException when the slice is not inside the tensor and the array
   */
  public void read(String name, long from, float[] into, int offset, int count) throws IOException {
    TensorInfo tensor = readable(name, from, count);
    Objects.checkFromIndexSize(offset, count, into.length);
    byte[] bytes = new byte[Math.min(count, CHUNK_ELEMENTS) * tensor.dtype().bytes()];
    for (int done = 0; done < count; ) {
      int n = Math.min(count - done, CHUNK_ELEMENTS);
      fill(tensor, from + done, bytes, n);
      FloatDecoder.decode(tensor.dtype(), bytes, into, offset + done, n);
      done += n;
    }
  }

  private TensorInfo readable(String name, long from, long count) {
    TensorInfo tensor = tensor(name);
    if (!tensor.dtype().readable()) {
      throw bad.tensor(
          name, "its dtype is %s, readable are F32, F16 and BF16".formatted(tensor.dtype()));
    }
    Objects.checkFromIndexSize(from, count, tensor.elements());
    return tensor;
  }

  private void fill(TensorInfo tensor, long from, byte[] bytes, int elements) throws IOException {
    int width = tensor.dtype().bytes();
    try {
      in.readFully(dataStart + tensor.begin() + from * width, bytes, 0, elements * width);
    } catch (EOFException e) {
      throw bad.because("it became shorter while being read", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
