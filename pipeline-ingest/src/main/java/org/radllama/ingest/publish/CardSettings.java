package org.radllama.ingest.publish;

/**
 * What a person says about the dataset. What is empty is taken from what is known of its corpora,
 * or not stated.
 *
 * @param name its name
 * @param description what it is
 * @param creator who made it
 * @param url where it is described
 * @param version its version
 * @param datePublished ISO date, or empty for the newest corpus's
 * @param claims what is said of its reports
 * @param showText whether the card may quote reports
 */
public record CardSettings(
    String name,
    String description,
    String creator,
    String url,
    String version,
    String datePublished,
    Claims claims,
    boolean showText) {

  /**
   * What is said of the reports.
   *
   * @param licence the terms under which they may be used
   * @param deidentification how they were de-identified
   * @param language their language, a tag of BCP 47
   * @param population whose they are
   * @param synthetic whether they were made up, so that nothing known of a corpus holds
   */
  public record Claims(
      String licence,
      String deidentification,
      String language,
      String population,
      boolean synthetic) {}
}
