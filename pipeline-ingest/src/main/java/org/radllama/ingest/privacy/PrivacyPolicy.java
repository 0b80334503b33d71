package org.radllama.ingest.privacy;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Report;

/**
 * What happens to identifiers in reports.
 *
 * @param kinds those that are looked for
 * @param masked of these, those that are replaced
 * @param maxShare the largest share of the published reports, 0 to 1, in which one may be left
 */
public record PrivacyPolicy(Set<Identifier> kinds, Set<Identifier> masked, double maxShare)
    implements Serializable {
  /** What stands in place of an identifier, as in MIMIC-CXR. */
  public static final String MASK = "___";

  /**
   * A report that was looked through.
   *
   * @param report with masks
   * @param found what was found, by column and place
   */
  public record Screened(Report report, List<Found> found) {}

  /** Looks through all texts of a report. */
  public Screened screen(Report report) {
    List<Found> found = new ArrayList<>();
    String findings = screen(Found.Column.FINDINGS, report.findings(), found);
    String impression = screen(Found.Column.IMPRESSION, report.impression(), found);
    Background background =
        Background.of(section -> screen(column(section), report.background().text(section), found));
    return new Screened(
        report
            .edited(Edit.IDENTIFIERS_MASKED, findings, impression)
            .edited(Edit.IDENTIFIERS_MASKED, background),
        List.copyOf(found));
  }

  private static Found.Column column(BackgroundSection section) {
    return Found.Column.valueOf(section.name());
  }

  private String screen(Found.Column column, String text, List<Found> to) {
    if (text.isEmpty() || kinds.isEmpty()) {
      return text;
    }
    StringBuilder published = new StringBuilder();
    int copied = 0;
    for (Hit hit : IdentifierScan.hits(text, kinds)) {
      boolean mask = masked.contains(hit.kind());
      published.append(text, copied, hit.start());
      int start = published.length();
      published.append(mask ? MASK : text.substring(hit.start(), hit.end()));
      copied = hit.end();
      to.add(new Found(column, hit.kind(), start, published.length(), mask));
    }
    return published.append(text, copied, text.length()).toString();
  }
}
