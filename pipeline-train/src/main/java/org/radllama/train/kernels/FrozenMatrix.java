package org.radllama.train.kernels;

import static org.radllama.text.Format.format;

import org.radllama.train.engine.Precision;

/** Weights that are filled by whole rows and then only read. */
sealed interface FrozenMatrix extends Matrix permits QuantisedMatrix, PackedMatrix {
  /** How each element is held. */
  Precision precision();

  @Override
  default long bytes() {
    return precision().bytes(rows(), cols());
  }

  /** Refuses to fill anything but whole rows. */
  default void requireWholeRows(int at, int count) {
    if (at % cols() != 0 || count % cols() != 0) {
      throw new IllegalArgumentException(
          format("%d elements from %d on are no whole rows of %d", count, at, cols()));
    }
  }

  @Override
  default Matrix rows(int from, int count) {
    throw readOnly();
  }

  @Override
  default Matrix shaped(int newRows, int newCols) {
    throw readOnly();
  }

  @Override
  default Matrix part(int at, int partRows, int partCols) {
    throw readOnly();
  }

  @Override
  default void zero() {
    throw readOnly();
  }

  @Override
  default void copyFrom(Matrix other) {
    throw readOnly();
  }

  private UnsupportedOperationException readOnly() {
    return new UnsupportedOperationException(
        "a matrix held as %s can be read by rows only".formatted(precision().label()));
  }
}
