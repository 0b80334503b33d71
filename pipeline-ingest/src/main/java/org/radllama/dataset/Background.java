package org.radllama.dataset;

import static org.radllama.text.Format.format;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A report's background sections; an absent one is empty.
 *
 * @param indication why the study was asked for
 * @param comparison the studies that it is compared with
 * @param technique how the images were taken
 * @param history what is known of the patient
 */
public record Background(String indication, String comparison, String technique, String history)
    implements Serializable {
  /** No section. */
  public static final Background NONE = new Background("", "", "", "");

  /** The sections that a function knows; null and empty texts are absent ones. */
  public static Background of(Function<BackgroundSection, String> text) {
    EnumMap<BackgroundSection, String> texts = new EnumMap<>(BackgroundSection.class);
    for (BackgroundSection section : BackgroundSection.values()) {
      String found = text.apply(section);
      texts.put(section, found == null ? "" : found);
    }
    return new Background(
        texts.get(BackgroundSection.INDICATION),
        texts.get(BackgroundSection.COMPARISON),
        texts.get(BackgroundSection.TECHNIQUE),
        texts.get(BackgroundSection.HISTORY));
  }

  /** A section's text; empty if there is none. */
  public String text(BackgroundSection section) {
    return switch (section) {
      case INDICATION -> indication;
      case COMPARISON -> comparison;
      case TECHNIQUE -> technique;
      case HISTORY -> history;
    };
  }

  /** Whether there is such a section. */
  public boolean has(BackgroundSection section) {
    return !text(section).isEmpty();
  }

  /** The same sections with other texts. */
  public Background map(UnaryOperator<String> rewrite) {
    return of(section -> rewrite.apply(text(section)));
  }

  /** These sections, and another report's where there are none here. */
  public Background orElse(Background other) {
    return of(section -> has(section) ? text(section) : other.text(section));
  }

  /** Report text is patient data: lengths only. */
  @Override
  public String toString() {
    return format(
        "Background[indication=%d, comparison=%d, technique=%d, history=%d chars]",
        indication.length(), comparison.length(), technique.length(), history.length());
  }
}
