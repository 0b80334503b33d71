package org.radllama.ingest.publish;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Fingerprint;
import org.radllama.ingest.dedup.Clustering;
import org.radllama.ingest.dedup.Decisions;
import org.radllama.ingest.store.ReportEntry;

/**
 * What the card shows beside counts.
 *
 * @param clustering near duplicates over all splits
 * @param copies the findings that most reports share
 * @param clusters the largest clusters of near findings
 * @param impressions the impressions that most published reports share, with how many do
 * @param words the words of train in the published order
 * @param sections the background sections in the input
 */
public record CardFacts(
    Clustering clustering,
    List<Decisions.Group> copies,
    List<Decisions.Group> clusters,
    List<Template> impressions,
    VocabularyGrowth words,
    List<BackgroundSection> sections) {
  private static final int MOST = 10;

  /** A text and how many reports have it. */
  record Template(Fingerprint text, long reports) {}

  /**
   * Collects the facts.
   *
   * @param kept the reports published
   * @param sections the background sections in the input
   */
  public static CardFacts of(
      Decisions decisions,
      List<ReportEntry> kept,
      VocabularyGrowth words,
      List<BackgroundSection> sections) {
    return new CardFacts(
        decisions.clustering(),
        decisions.largest(false, MOST),
        decisions.largest(true, MOST),
        impressions(kept),
        words,
        sections);
  }

  private static List<Template> impressions(List<ReportEntry> kept) {
    Map<Fingerprint, Long> counts = new HashMap<>();
    kept.forEach(entry -> counts.merge(entry.impression(), 1L, Long::sum));
    return counts.entrySet().stream()
        .map(e -> new Template(e.getKey(), e.getValue()))
        .sorted(Comparator.comparing(Template::reports).reversed().thenComparing(Template::text))
        .limit(MOST)
        .toList();
  }
}
