package org.radllama.train.kernels;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * A few threads that help one with its products. A decoded token takes dozens of products of a
 * tenth of a millisecond, and waking a sleeping thread takes as long as one; so a helper looks for
 * work a while before it sleeps. The pieces of a product are taken by whoever is free: on a busy
 * machine, where a helper does not get to run, the calling thread does them all.
 */
final class WorkerPool implements AutoCloseable {
  /** Looks before a helper sleeps: some tenths of a millisecond. */
  private static final int LOOKS = 1 << 14;

  private final Helper[] helpers;
  private volatile Job job = new Job(0, piece -> {});
  private volatile boolean closed;

  /**
   * A pool.
   *
   * @param size threads at work, the calling one included, at least 1
   */
  WorkerPool(int size) {
    helpers = new Helper[size - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Helper(job, i + 1);
      helpers[i].start();
    }
  }

  /** Does the pieces 0 to {@code pieces - 1}, in any thread and order, and returns when all are. */
  void run(int pieces, IntConsumer piece) {
    if (helpers.length == 0 || pieces < 2) {
      for (int i = 0; i < pieces; i++) {
        piece.accept(i);
      }
      return;
    }
    Job mine = new Job(pieces, piece);
    job = mine;
    for (Helper helper : helpers) {
      helper.wake();
    }
    mine.help();
    mine.await();
  }

  /** The pieces of one product. */
  private static final class Job {
    private final int pieces;
    private final IntConsumer piece;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger done = new AtomicInteger();
    private volatile Throwable failure;

    Job(int pieces, IntConsumer piece) {
      this.pieces = pieces;
      this.piece = piece;
    }

    void help() {
      for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
        try {
          piece.accept(i);
        } catch (RuntimeException | Error e) {
          failure = e;
        } finally {
          done.incrementAndGet();
        }
      }
    }

    void await() {
      while (done.get() < pieces) {
        Thread.onSpinWait();
      }
      if (failure != null) {
        throw new IllegalStateException("a piece of a product failed", failure);
      }
    }
  }

  private final class Helper extends Thread {
    private Job last;
    private volatile boolean asleep;

    Helper(Job last, int number) {
      super("radllama-kernels-" + number);
      this.last = last;
      setDaemon(true);
    }

    void wake() {
      if (asleep) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      while (!closed) {
        await();
        last = job;
        last.help();
      }
    }

    private void await() {
      for (int look = 0; job == last && !closed; look++) {
        if (look < LOOKS) {
          Thread.onSpinWait();
        } else {
          asleep = true;
          if (job == last && !closed) {
            LockSupport.park(WorkerPool.this);
          }
          asleep = false;
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    for (Helper helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
