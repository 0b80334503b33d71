package org.radllama.ingest.publish;

/**
 * What a person says about the dataset.
 *
 * @param name its name
 * @param description what it is
 * @param creator who made it
 * @param url where it is described
 * @param version its version
 * @param datePublished ISO date, or empty for the newest corpus's
 * @param showText whether the card may quote reports
 */
public record CardSettings(
    String name,
    String description,
    String creator,
    String url,
    String version,
    String datePublished,
    boolean showText) {}
