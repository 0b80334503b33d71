package org.radllama.ingest.publish;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.radllama.run.SettingReader;

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

  /** The settings below {@code card}. */
  public static CardSettings of(SettingReader card) {
    for (String key : List.of("name", "description", "creator", "version")) {
      card.require(!card.text(key).isBlank(), "card.%s must not be blank", key);
    }
    for (String key : List.of("license", "deidentification", "population")) {
      card.require(
          card.text(key).isEmpty() || !card.text(key).isBlank(),
          "card.%s must be empty or say something",
          key);
    }
    String url = card.text("url");
    card.require(
        url.isEmpty() || url.matches("(?:https?://|urn:|doi:)\\S+"),
        "card.url must be empty or begin with https://, http://, urn: or doi:");
    String date = card.text("date-published");
    card.require(
        date.isEmpty() || isDate(date), "card.date-published must be a date like 2026-01-31");
    String language = card.text("language");
    card.require(
        language.isEmpty() || language.matches("[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"),
        "card.language must be a tag like en or pt-BR");
    return new CardSettings(
        card.text("name"),
        card.text("description"),
        card.text("creator"),
        url,
        card.text("version"),
        date,
        new Claims(
            card.text("license"),
            card.text("deidentification"),
            language,
            card.text("population"),
            card.flag("synthetic")),
        card.flag("show-text"));
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
