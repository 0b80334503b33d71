package org.radllama.ingest.record;

import java.io.Serializable;
import java.util.function.Function;

/**
 * What a step answers for one record: it goes on, or it is rejected with a reason. Steps are
 * chained with {@link #then}; a rejected record passes through the rest untouched, so nothing is
 * lost. Formats, which know bytes and cells but no report, reject without a name; the place that
 * read the record adds it, see {@link Rejection#named}.
 */
public sealed interface Outcome<T> extends Serializable {
  /** The record goes on. */
  record Kept<T>(T value) implements Outcome<T> {
    /** The value may be report text, so only its type is shown. */
    @Override
    public String toString() {
      return "Kept[%s]".formatted(value.getClass().getSimpleName());
    }
  }

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

  /** A record that stays behind, rejected where its id is unknown. */
  static <T> Outcome<T> rejected(Reason reason, String detail) {
    return new Rejected<>(Rejection.unnamed(reason, detail));
  }

  /** Whether the record goes on. */
  default boolean isKept() {
    return this instanceof Kept<T>;
  }

  /** The record; only for one that goes on. */
  default T value() {
    return ((Kept<T>) this).value();
  }

  /** Why the record stays behind; only for one that does. */
  default Rejection rejection() {
    return ((Rejected<T>) this).rejection();
  }

  /** Applies the next step to a kept record. */
  default <R> Outcome<R> then(Function<T, Outcome<R>> step) {
    return isKept() ? step.apply(value()) : rejected(rejection());
  }
}
