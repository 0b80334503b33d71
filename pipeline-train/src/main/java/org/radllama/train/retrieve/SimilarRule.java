package org.radllama.train.retrieve;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Json;
import org.radllama.run.SettingReader;

/**
 * How many similar train reports a prompt shows before the report itself, as ImpressionGPT does (Ma
 * et al., 2023).
 *
 * @param count from 0, for none, to {@value #MOST}
 * @param show what is shown of each
 */
public record SimilarRule(int count, Show show) {
  /** No prompt is short enough for more. */
  public static final int MOST = 100;

  /** Prompts without similar reports. */
  public static final SimilarRule NONE = new SimilarRule(0, Show.REPORT);

  /** What is shown of a similar report. */
  public enum Show {
    /** Its findings and its impression. */
    REPORT,
    /** Its impression alone. */
    IMPRESSION
  }

  public SimilarRule {
    if (count < 0 || count > MOST) {
      throw new BadSettingException("prompt.similar.count is %d, must be in 0 to %d", count, MOST);
    }
  }

  /** The settings {@code count} and {@code show}. */
  public static SimilarRule of(SettingReader r) {
    Show show = r.oneOf("show", Show.class);
    return r.made(() -> new SimilarRule(r.atLeast(0, "count"), show), NONE);
  }

  /**
   * The rule as {@link #toJson} writes it.
   *
   * @param node missing for none
   * @throws IllegalArgumentException for anything else
   */
  public static SimilarRule of(JsonNode node) {
    if (node.isMissingNode()) {
      return NONE;
    }
    if (!node.path("count").isInt()) {
      throw new IllegalArgumentException("count is missing or not an integer");
    }
    for (Show show : Show.values()) {
      if (SettingReader.word(show).equals(node.path("show").asText())) {
        return new SimilarRule(node.path("count").asInt(), show);
      }
    }
    throw new IllegalArgumentException("show is not one of report, impression");
  }

  /** As it stands beside an adapter. */
  public ObjectNode toJson() {
    return Json.mapper()
        .createObjectNode()
        .put("count", count)
        .put("show", SettingReader.word(show));
  }

  /** Whether there are none. */
  public boolean isNone() {
    return count == 0;
  }

  /** One of them as it stands in a prompt, with a line break at its end. */
  public String text(String findings, String impression) {
    return show == Show.REPORT
        ? PromptTemplate.similarReport(findings, impression)
        : PromptTemplate.similarImpression(impression);
  }

  /** For people and for comparing. */
  @Override
  public String toString() {
    return isNone() ? "none" : format("%d by %s", count, SettingReader.word(show));
  }
}
