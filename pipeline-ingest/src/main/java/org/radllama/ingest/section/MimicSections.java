package org.radllama.ingest.section;

import java.util.List;
import java.util.Optional;
import org.radllama.text.Whitespace;

/**
 * What {@code create_section_files.py} writes of a study to {@code mimic_cxr_sectioned.csv}: the
 * last section of each of four names, stripped; empty texts where there is none. On request the
 * first, which is the way of MEDIQA 2021.
 *
 * @param impression the impression
 * @param findings the findings
 * @param lastParagraph the paragraphs after the first of a report without the former two
 * @param comparison the comparison
 * @param picked whether there was a choice: several findings or impressions
 */
public record MimicSections(
    Optional<String> impression,
    Optional<String> findings,
    Optional<String> lastParagraph,
    Optional<String> comparison,
    boolean picked) {

  /** Which of several sections of one name counts. */
  public enum Repeated {
    FIRST,
    LAST
  }

  /**
   * The row of a study.
   *
   * @param study its id with the {@code s}, such as {@code s50414267}
   * @param text its report, newlines as {@code \n}
   * @return empty for the 54 studies with a rule of their own, which have no row
   */
  public static Optional<MimicSections> of(String study, String text) {
    if (CustomRules.has(study)) {
      return Optional.empty();
    }
    return Optional.of(of(text, Repeated.LAST));
  }

  /**
   * The four sections of any text.
   *
   * @param text a report, newlines as {@code \n}
   */
  static MimicSections of(String text, Repeated which) {
    List<Section> sections = SectionParser.parse(text);
    return new MimicSections(
        one(sections, SectionNames.IMPRESSION, which),
        one(sections, SectionNames.FINDINGS, which),
        one(sections, SectionNames.LAST_PARAGRAPH, which),
        one(sections, SectionNames.COMPARISON, which),
        isRepeated(sections, SectionNames.IMPRESSION)
            || isRepeated(sections, SectionNames.FINDINGS));
  }

  /**
   * The conclusion of a study, what the official {@code --no_split} file holds: its rule's text,
   * else the first there is of impression, findings, last paragraph and comparison, else nothing.
   */
  public static String conclusion(String study, String text) {
    Optional<String> range = CustomRules.range(study, text);
    if (range.isPresent()) {
      return range.get();
    }
    if (CustomRules.has(study)) {
      return CustomRules.named(study, SectionParser.parse(text)).orElse("");
    }
    MimicSections row = of(study, text).orElseThrow();
    return row.impression.or(row::findings).or(row::lastParagraph).or(row::comparison).orElse("");
  }

  private static Optional<String> one(List<Section> sections, String name, Repeated which) {
    String found = null;
    for (Section section : sections) {
      if (section.name().equals(name) && (found == null || which == Repeated.LAST)) {
        found = section.text();
      }
    }
    return Optional.ofNullable(found).map(Whitespace::strip);
  }

  private static boolean isRepeated(List<Section> sections, String name) {
    return sections.stream().filter(section -> section.name().equals(name)).count() > 1;
  }

  /** Lengths only. */
  @Override
  public String toString() {
    return "MimicSections[impression=%d chars, findings=%d chars]"
        .formatted(impression.orElse("").length(), findings.orElse("").length());
  }
}
