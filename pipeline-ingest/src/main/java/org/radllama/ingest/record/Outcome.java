package org.radllama.ingest.record;

import java.io.Serializable;
import java.util.function.Function;

/**
 * What a step answers for one record: it goes on, or it is rejected with a reason. Steps are
 * chained with {@link #then}; a rejected record passes through the rest untouched, so nothing is
 * lost.
 */
public sealed interface Outcome<T> extends Serializable {
  /** The record goes on. */
  record Kept<T>(T value) implements Outcome<T> {}

  /** The record stays behind. */
  record Rejected<T>(Rejection rejection) implements Outcome<T> {}

  /** A record that goes on. */
  static <T> Outcome<T> kept(T value) {
    return new Kept<>(value);
  }

  /** A record that stays behind. */
  static <T> Outcome<T> rejected(Rejection rejection) {
    return new Rejected<>(rejection);
  }

  /** Applies the next step to a kept record. */
  default <R> Outcome<R> then(Function<T, Outcome<R>> step) {
    if (this instanceof Kept<T> kept) {
      return step.apply(kept.value());
    }
    return new Rejected<>(((Rejected<T>) this).rejection());
  }
}
