package org.radllama.train.export;

import java.io.IOException;
import org.radllama.train.safetensors.FloatTensor;

/**
 * A matrix whose rows are those of another one, head by head in another order: row 2j + s of a head
 * is row s d/2 + j of the other's. It holds one head at a time, so that each element of the other
 * is asked for once and in order, as long as this one's are.
 */
final class InterleavedRows implements FloatTensor.Source {
  private final FloatTensor.Source halves;
  private final int headSize;
  private final int width;
  private final long elements;
  private float[] head;
  private long held = -1;

  /**
   * An order.
   *
   * @param halves the other matrix
   * @param headSize rows of a head, even
   * @param width elements of a row
   * @param elements of the matrix
   */
  InterleavedRows(FloatTensor.Source halves, int headSize, int width, long elements) {
    this.halves = halves;
    this.headSize = headSize;
    this.width = width;
    this.elements = elements;
  }

  @Override
  public void copy(long from, float[] into, int count) throws IOException {
    for (int done = 0; done < count; ) {
      long row = (from + done) / width;
      int first = (int) ((from + done) % width);
      int n = Math.min(width - first, count - done);
      hold(row / headSize);
      int r = (int) (row % headSize);
      int other = r % 2 * (headSize / 2) + r / 2;
      System.arraycopy(head, other * width + first, into, done, n);
      done += n;
    }
    if (from + count == elements) {
      // A model has many such matrices and its writer a list of them all.
      head = null;
      held = -1;
    }
  }

  private void hold(long index) throws IOException {
    if (held != index) {
      head = head == null ? new float[Math.multiplyExact(headSize, width)] : head;
      halves.copy(index * head.length, head, head.length);
      held = index;
    }
  }
}
