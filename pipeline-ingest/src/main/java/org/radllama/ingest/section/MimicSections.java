package org.radllama.ingest.section;

import java.util.List;
import java.util.Optional;
import org.radllama.ingest.read.Whitespace;

/**
 * What {@code create_section_files.py} writes of a study to {@code mimic_cxr_sectioned.csv}: the
 * last section of each of four names, stripped; empty texts where there is none.
 *
 * @param impression the impression
 * @param findings the findings
 * @param lastParagraph the paragraphs after the first of a report without the former two
 * @param comparison the comparison
 */
public record MimicSections(
    Optional<String> impression,
    Optional<String> findings,
    Optional<String> lastParagraph,
    Optional<String> comparison) {

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
    List<Section> sections = SectionParser.parse(text);
    return Optional.of(
        new MimicSections(
            last(sections, SectionNames.IMPRESSION),
            last(sections, SectionNames.FINDINGS),
            last(sections, SectionNames.LAST_PARAGRAPH),
            last(sections, SectionNames.COMPARISON)));
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

  private static Optional<String> last(List<Section> sections, String name) {
    for (int i = sections.size() - 1; i >= 0; i--) {
      if (sections.get(i).name().equals(name)) {
        return Optional.of(Whitespace.strip(sections.get(i).text()));
      }
    }
    return Optional.empty();
  }

  /** Lengths only. */
  @Override
  public String toString() {
    return "MimicSections[impression=%d chars, findings=%d chars]"
        .formatted(impression.orElse("").length(), findings.orElse("").length());
  }
}
