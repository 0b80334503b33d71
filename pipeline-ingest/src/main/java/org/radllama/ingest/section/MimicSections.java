package org.radllama.ingest.section;

import static org.radllama.text.Format.format;

import java.util.List;
import org.radllama.dataset.Background;
import org.radllama.text.Whitespace;

/**
 * Findings and impression as {@code create_section_files.py} writes them to {@code
 * mimic_cxr_sectioned.csv}: the last section of each name, stripped; empty where there is none. On
 * request the first, as MEDIQA 2021 has it.
 *
 * @param findings the findings
 * @param impression the impression
 * @param background the sections that are neither, those before the first impression only: what
 *     stands behind one may repeat it
 * @param picked whether there was a choice: several findings or impressions
 */
public record MimicSections(
    String findings, String impression, Background background, boolean picked) {

  /** Which of several sections of one name counts. */
  public enum Repeated {
    FIRST,
    LAST
  }

  /**
   * The sections of any text.
   *
   * @param text a report, newlines as {@code \n}
   */
  static MimicSections of(String text, Repeated which) {
    List<Section> sections = SectionParser.parse(text);
    return new MimicSections(
        one(sections, SectionNames.FINDINGS, which),
        one(sections, SectionNames.IMPRESSION, which),
        background(sections, which),
        isRepeated(sections, SectionNames.IMPRESSION)
            || isRepeated(sections, SectionNames.FINDINGS));
  }

  private static Background background(List<Section> sections, Repeated which) {
    List<Section> before =
        sections.stream()
            .takeWhile(section -> !section.name().equals(SectionNames.IMPRESSION))
            .toList();
    return Background.of(section -> one(before, section.label(), which));
  }

  private static String one(List<Section> sections, String name, Repeated which) {
    String found = "";
    for (Section section : sections) {
      if (section.name().equals(name) && (found.isEmpty() || which == Repeated.LAST)) {
        found = section.text();
      }
    }
    return Whitespace.strip(found);
  }

  private static boolean isRepeated(List<Section> sections, String name) {
    return sections.stream().filter(section -> section.name().equals(name)).count() > 1;
  }

  /** Lengths only. */
  @Override
  public String toString() {
    return format(
        "MimicSections[findings=%d chars, impression=%d chars, %s]",
        findings.length(), impression.length(), background);
  }
}
