package org.radllama.ingest.split;

import java.io.Serializable;
import java.nio.ByteBuffer;
import org.apache.commons.codec.digest.DigestUtils;
import org.radllama.dataset.Split;

/**
 * Splits patients by a hash of seed and patient, so that neither order nor the other patients
 * matter: a corpus that grows keeps every patient where it was.
 *
 * @param seed draws another split
 * @param testFraction share of patients that test, 0 to 1
 * @param validateFraction share of the remaining patients that validate, 0 to 1
 */
public record SeededSplit(long seed, double testFraction, double validateFraction)
    implements Serializable {

  /** The split of a patient. */
  public Split split(String source, String patient) {
    return uniform("test", source, patient) < testFraction
        ? Split.TEST
        : validateFromTrain(source, patient);
  }

  /** The split of a patient whom a file put into train. */
  Split validateFromTrain(String source, String patient) {
    return uniform("validate", source, patient) < validateFraction ? Split.VALIDATE : Split.TRAIN;
  }

  /** Uniform in [0, 1): the first 53 bits of SHA-256. */
  private double uniform(String purpose, String source, String patient) {
    String key = String.join("\n", Long.toString(seed), purpose, source, patient);
    return (ByteBuffer.wrap(DigestUtils.sha256(key)).getLong() >>> 11) * 0x1.0p-53;
  }
}
