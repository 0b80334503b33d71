package org.radllama.eval.findings;

/**
 * A finding that a text states or leaves open, with what the text says of it anywhere. Sets are
 * bits; 0 stands for what is not said.
 *
 * @param certain whether it is stated somewhere, not only left open
 * @param side 1 left, 2 right
 * @param place 1 upper, 2 middle, 4 lower parts of the lungs
 * @param severity bit k for degree k: 1 minimal, 2 small or mild, 3 moderate, 4 large or severe
 * @param change 1 worse, 2 better, 4 the same, 8 new
 * @param position of a device: 1 wrong, 2 right
 * @param millimetres its largest diameter; 0 where none is given
 */
record Described(
    boolean certain,
    int side,
    int place,
    int severity,
    int change,
    int position,
    double millimetres) {
  static final int WORSE = 1;
  static final int BETTER = 2;
  static final int SAME = 4;

  /** What two mentions of it say together. */
  Described and(Described other) {
    return new Described(
        certain || other.certain,
        side | other.side,
        place | other.place,
        severity | other.severity,
        change | other.change,
        position | other.position,
        Math.max(millimetres, other.millimetres));
  }

  /** The least degree; 0 where none is given. */
  int least() {
    return severity == 0 ? 0 : Integer.numberOfTrailingZeros(severity);
  }

  /** The highest degree; 0 where none is given. */
  int most() {
    return severity == 0 ? 0 : 31 - Integer.numberOfLeadingZeros(severity);
  }
}
