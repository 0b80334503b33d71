package org.radllama.train.checkpoint;

import java.io.IOException;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A matrix whose rows are those of another one, head by head in another order. llama.cpp rotates
 * neighbouring elements of a head, Hugging Face the first half with the second: row 2j + s of a
 * head of llama.cpp's is row s d/2 + j of Hugging Face's. It holds one head at a time, so that each
 * element of the other is asked for once and in order, as long as this one's are. For one thread.
 */
public final class HeadRows implements FloatTensor.Source {
  private final FloatTensor.Source other;
  private final boolean neighbours;
  private final int headSize;
  private final int width;
  private final long elements;
  private float[] head;
  private long held = -1;

  private HeadRows(
      FloatTensor.Source other, boolean neighbours, int headSize, int width, long elements) {
    this.other = other;
    this.neighbours = neighbours;
    this.headSize = headSize;
    this.width = width;
    this.elements = elements;
  }

  /**
   * Hugging Face's matrix in llama.cpp's order.
   *
   * @param headSize rows of a head, even
   * @param width elements of a row
   * @param elements of the matrix
   */
  public static HeadRows neighbours(
      FloatTensor.Source halves, int headSize, int width, long elements) {
    return new HeadRows(halves, true, headSize, width, elements);
  }

  /** llama.cpp's matrix in Hugging Face's order; the inverse of {@link #neighbours}. */
  static HeadRows halves(FloatTensor.Source neighbours, int headSize, int width, long elements) {
    return new HeadRows(neighbours, false, headSize, width, elements);
  }

  @Override
  public void copy(long from, float[] into, int count) throws IOException {
    for (int done = 0; done < count; ) {
      long row = (from + done) / width;
      int first = (int) ((from + done) % width);
      int n = Math.min(width - first, count - done);
      hold(row / headSize);
      int place = place((int) (row % headSize));
      System.arraycopy(head, place * width + first, into, done, n);
      done += n;
    }
    if (from + count == elements) {
      // A model has many such matrices and its writer a list of them all.
      head = null;
      held = -1;
    }
  }

  /** Where the other one has row {@code r} of a head. */
  private int place(int r) {
    int half = headSize / 2;
    return neighbours ? r % 2 * half + r / 2 : r % half * 2 + r / half;
  }

  private void hold(long index) throws IOException {
    if (held != index) {
      head = head == null ? new float[Math.multiplyExact(headSize, width)] : head;
      other.copy(index * head.length, head, head.length);
      held = index;
    }
  }
}
