package org.radllama.eval.findings;

/**
 * What a text says of each observation, as three sets without a common member: bit k stands for the
 * k-th of {@link Observation}.
 *
 * @param positive stated
 * @param negative denied
 * @param uncertain left open
 */
public record FindingLabels(int positive, int negative, int uncertain) {
  /** What a text says of one observation. */
  public Assertion of(Observation observation) {
    int bit = observation.bit();
    if ((positive & bit) != 0) {
      return Assertion.POSITIVE;
    }
    if ((uncertain & bit) != 0) {
      return Assertion.UNCERTAIN;
    }
    return (negative & bit) != 0 ? Assertion.NEGATIVE : Assertion.ABSENT;
  }
}
