package org.radllama.train.kernels;

/**
 * Memory for one thread's intermediates: taken after a mark and given back by returning to it, so
 * that nothing of a training step is left to the garbage collector.
 */
public sealed interface Arena extends AutoCloseable permits HostArena, ListArena {
  /**
   * A place to go back to.
   *
   * @param block the block of memory
   * @param used what is taken of it
   */
  record Mark(int block, int used) {}

  /** Where the arena stands. */
  Mark mark();

  /** Gives back all that was taken since the mark. */
  void release(Mark mark);

  /** A matrix of arbitrary content, valid until its mark is released. */
  Matrix take(int rows, int cols);

  /** The same, in single precision where other intermediates have fewer bits. */
  default Matrix takeExact(int rows, int cols) {
    return take(rows, cols);
  }

  /**
   * Makes room for so many elements (each matrix counts to the next 16), in one piece if it can.
   */
  default void reserve(long elements) {}

  /** Bytes held. */
  long bytes();

  @Override
  void close();
}
