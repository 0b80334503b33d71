package org.radllama.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Processes whose requests are sent one at a time, in an order that a seed decides; now and then
 * one process is killed, or a request fails, loses its reply or comes late.
 */
final class Interleaving {
  private static final int FAULTS_IN = 200;

  /** What a process does; returns its attempt if it published. */
  interface Body {
    Optional<String> run(MemoryStore.Network network) throws IOException;
  }

  private final Random random;
  private final Runnable check;
  private final List<Owner> owners = new ArrayList<>();
  private final List<MemoryStore.Effect<?>> late = new ArrayList<>();
  private final List<String> winners = new ArrayList<>();
  private final List<Throwable> defects = new ArrayList<>();

  /**
   * An order.
   *
   * @param check what holds after every request
   */
  Interleaving(long seed, Runnable check) {
    this.random = new Random(seed);
    this.check = check;
  }

  void start(Body body) {
    owners.add(new Owner(body));
  }

  /** Runs all to their ends; returns the attempts that believe they published. */
  List<String> finish() throws Exception {
    owners.forEach(p -> p.thread.start());
    while (true) {
      List<Owner> waiting = new ArrayList<>();
      synchronized (this) {
        while (owners.stream().anyMatch(p -> p.state == State.RUNNING)) {
          wait();
        }
        owners.stream().filter(p -> p.state == State.WAITING).forEach(waiting::add);
        if (waiting.isEmpty()) {
          break;
        }
        Owner next = waiting.get(random.nextInt(waiting.size()));
        next.state = State.RUNNING;
        notifyAll();
      }
    }
    for (Owner p : owners) {
      p.thread.join();
    }
    if (!defects.isEmpty()) {
      throw new AssertionError("a process had a defect", defects.get(0));
    }
    return winners;
  }

  /** Lets all requests come that are late. */
  void late() throws IOException {
    for (MemoryStore.Effect<?> effect : late) {
      effect.apply();
    }
    late.clear();
  }

  private enum State {
    RUNNING,
    WAITING,
    ENDED
  }

  /** The process is gone. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private final class Owner implements MemoryStore.Network {
    private final Thread thread;
    private State state = State.RUNNING;
    private boolean killed;

    Owner(Body body) {
      thread =
          new Thread(
              () -> {
                try {
                  body.run(this).ifPresent(this::won);
                } catch (IOException | JobFailure | Killed e) {
                  // As it may be.
                } catch (RuntimeException | Error e) {
                  defect(e);
                } finally {
                  turn(State.ENDED);
                }
              });
      thread.setDaemon(true);
    }

    private void won(String attempt) {
      synchronized (Interleaving.this) {
        winners.add(attempt);
      }
    }

    private void defect(Throwable e) {
      synchronized (Interleaving.this) {
        defects.add(e);
      }
    }

    private void turn(State next) {
      synchronized (Interleaving.this) {
        // A second thread may still be at work when the process ends.
        boolean gone = state == State.ENDED;
        if (!gone) {
          state = next;
          Interleaving.this.notifyAll();
          while (state == State.WAITING) {
            try {
              Interleaving.this.wait();
            } catch (InterruptedException e) {
              throw new Killed();
            }
          }
          gone = next == State.WAITING && state == State.ENDED;
        }
        if (gone) {
          throw new Killed();
        }
      }
    }

    /** One at a time, from whatever thread of the process. */
    @Override
    public synchronized <T> T send(
        String what, String key, boolean changes, MemoryStore.Effect<T> effect) throws IOException {
      if (killed) {
        throw new Killed();
      }
      turn(State.WAITING);
      if (!late.isEmpty() && random.nextInt(8) == 0) {
        late.remove(random.nextInt(late.size())).apply();
        check.run();
      }
      int fault = random.nextInt(FAULTS_IN);
      if (fault == 0) {
        killed = true;
        throw new Killed();
      }
      if (fault == 1 && changes) {
        late.add(effect);
        throw new IOException("no reply");
      }
      T value = effect.apply();
      check.run();
      if (fault == 2) {
        killed = true;
        throw new Killed();
      }
      if (fault == 3) {
        throw new IOException("no reply");
      }
      return value;
    }
  }
}
