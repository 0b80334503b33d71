package org.radllama.ingest.synthetic;

/**
 * One generated study.
 *
 * @param indication why the study was asked for
 * @param comparison the earlier study, or {@code None.}
 * @param findings the findings section, sentences on one line
 * @param impression what follows from the findings
 * @param major OpenI's MeSH majors, {@code normal} or the abnormal observations
 */
public record SyntheticReport(
    String indication, String comparison, String findings, String impression, String major) {

  /** Generated text is handled like a patient's. */
  @Override
  public String toString() {
    return "SyntheticReport[%s]".formatted(major);
  }
}
