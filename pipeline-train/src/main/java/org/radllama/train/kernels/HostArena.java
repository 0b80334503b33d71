package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Host memory taken by moving a mark, given back by moving it back, and kept for the next
 * micro-batch. So a training step allocates nothing once the largest one has been seen.
 */
final class HostArena implements Arena {
  private static final int ALIGN = 16;
  private static final int SMALLEST_CHUNK = 1 << 20;
  private static final int LARGEST_CHUNK = 1 << 26;

  private record Chunk(FloatPointer pointer, FloatBuffer buffer) {}

  private final List<Chunk> chunks = new ArrayList<>();
  private int chunk;
  private int used;

  @Override
  public Mark mark() {
    return new Mark(chunk, used);
  }

  @Override
  public void release(Mark mark) {
    chunk = mark.block();
    used = mark.used();
  }

  @Override
  public HostMatrix take(int rows, int cols) {
    long wanted = ((long) rows * cols + ALIGN - 1) / ALIGN * ALIGN;
    if (wanted > Integer.MAX_VALUE / Float.BYTES) {
      throw new IllegalArgumentException(format("%d x %d floats exceed 2 GiB", rows, cols));
    }
    int size = (int) wanted;
    while (chunk < chunks.size() && chunks.get(chunk).buffer.capacity() - used < size) {
      chunk++;
      used = 0;
    }
    if (chunk == chunks.size()) {
      // Each chunk as large as all before it, so that few of them end in an unused rest.
      long held = bytes() / Float.BYTES;
      grow((int) Math.max(size, Math.min(LARGEST_CHUNK, Math.max(SMALLEST_CHUNK, held))));
    }
    Chunk c = chunks.get(chunk);
    HostMatrix matrix =
        new HostMatrix(c.pointer.getPointer(used), c.buffer.slice(used, size), rows, cols);
    used += size;
    return matrix;
  }

  @Override
  public void reserve(long elements) {
    for (long left = elements; left > 0; left -= LARGEST_CHUNK) {
      grow((int) Math.min(left, LARGEST_CHUNK));
    }
  }

  private void grow(int size) {
    FloatPointer pointer = new FloatPointer(size);
    HugePages.ask(pointer, (long) size * Float.BYTES);
    chunks.add(new Chunk(pointer, pointer.asByteBuffer().asFloatBuffer()));
  }

  @Override
  public long bytes() {
    return chunks.stream().mapToLong(c -> (long) c.buffer.capacity() * Float.BYTES).sum();
  }

  @Override
  public void close() {
    chunks.forEach(c -> c.pointer.deallocate());
    chunks.clear();
    chunk = 0;
    used = 0;
  }
}
