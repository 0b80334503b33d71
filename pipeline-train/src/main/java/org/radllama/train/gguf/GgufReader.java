package org.radllama.train.gguf;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.train.safetensors.BadFile;

/**
 * One GGUF file of version 2 or 3, open for reading. The header is read and checked whole by {@link
 * #open}; tensors are read on demand, in slices, as {@code float}. Safe for several threads.
 */
public final class GgufReader implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** Elements decoded at once; whole blocks of every type. */
  private static final int PIECE = 1 << 18;

  private final BadFile bad;
  private final FSDataInputStream in;
  private final GgufValues values;
  private final Map<String, GgufInfo> tensors;

  private GgufReader(BadFile bad, FSDataInputStream in, HeaderReader header) {
    this.bad = bad;
    this.in = in;
    this.values = new GgufValues(bad, header.values());
    this.tensors = header.tensors();
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws BadInputException naming the file, and the key or tensor, when the file is not sound or
   *     has a type that is not read
   */
  public static GgufReader open(FileSystem fs, Path path) throws IOException {
    BadFile bad = new BadFile(path.toUri().getPath(), "GGUF");
    long length = fs.getFileStatus(path).getLen();
    FSDataInputStream in = fs.open(path);
    try {
      // The buffer reads ahead, which later reads by place do not mind.
      return new GgufReader(
          bad, in, HeaderReader.read(new BufferedInputStream(in, BUFFER), length, bad));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** What a failure of this file's content is reported by. */
  public BadFile bad() {
    return bad;
  }

  /** The key-value pairs. */
  public GgufValues values() {
    return values;
  }

  /** Names of all tensors, in the file's order. */
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
  public GgufInfo tensor(String name) {
    GgufInfo tensor = tensors.get(name);
    if (tensor == null) {
      throw bad.tensor(name, "there is no such tensor");
    }
    return tensor;
  }

  /**
   * Reads the elements {@code from} to {@code from + count} into an array.
   *
   * @throws BadInputException when the tensor is absent
   * @throws IndexOutOfBoundsException when the slice is not inside the tensor and the array
   */
  public void read(String name, long from, float[] into, int offset, int count) throws IOException {
    GgufInfo tensor = tensor(name);
    Objects.checkFromIndexSize(from, (long) count, tensor.elements());
    Objects.checkFromIndexSize(offset, count, into.length);
    int width = tensor.type().blockElements();
    int most = (int) Math.min(PIECE, (count / width + 2L) * width);
    float[] values = new float[most];
    byte[] bytes = new byte[Math.toIntExact(tensor.type().bytes(most))];
    for (int done = 0; done < count; ) {
      long first = (from + done) / width * width;
      int skip = Math.toIntExact(from + done - first);
      int n = Math.min(count - done, most - skip);
      int blocks = (skip + n + width - 1) / width;
      fill(tensor, first, bytes, blocks * width);
      tensor.type().decode(bytes, blocks, values);
      System.arraycopy(values, skip, into, offset + done, n);
      done += n;
    }
  }

  private void fill(GgufInfo tensor, long from, byte[] bytes, int elements) throws IOException {
    GgufType type = tensor.type();
    try {
      in.readFully(
          tensor.begin() + type.bytes(from), bytes, 0, Math.toIntExact(type.bytes(elements)));
    } catch (EOFException e) {
      throw bad.because("it became shorter while being read", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
