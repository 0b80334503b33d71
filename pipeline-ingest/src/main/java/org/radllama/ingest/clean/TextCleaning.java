package org.radllama.ingest.clean;

import java.io.Serializable;
import java.util.Set;
import java.util.regex.Pattern;
import org.radllama.dataset.Background;
import org.radllama.ingest.format.Utf8Text;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Report;

/**
 * Takes reports out of what their export wrapped them in: before their sections are looked for by
 * the {@link TextRule}s, and after that by cutting signatures.
 *
 * @param sources the corpora to which it applies
 * @param rules the rules in force
 * @param signatures whether signatures are cut
 */
public record TextCleaning(Set<String> sources, Set<TextRule> rules, boolean signatures)
    implements Serializable {

  /** Other ends of lines and pages, which Unicode has. */
  private static final Pattern LINES = Pattern.compile("[\u000b\f\u0085\u2028\u2029]");

  /** The document with its texts decoded. */
  public Document decoded(Document document) {
    if (!sources.contains(document.source())) {
      return document;
    }
    Edits edits = document.edits();
    if (document.body() instanceof Document.FreeText free) {
      Decoded text = decoded(free.text(), edits);
      return document.with(new Document.FreeText(text.text()), text.edits());
    }
    if (document.body() instanceof Document.FullText full) {
      Decoded text = decoded(full.text(), edits);
      return document.with(new Document.FullText(text.text()), text.edits());
    }
    if (document.body() instanceof Document.SectionTexts sections) {
      Decoded findings = decoded(sections.findings(), edits);
      Decoded impression = decoded(sections.impression(), findings.edits());
      Edits[] all = {impression.edits()};
      Background background =
          sections
              .background()
              .map(
                  text -> {
                    Decoded section = decoded(text, all[0]);
                    all[0] = section.edits();
                    return section.text();
                  });
      return document.with(
          new Document.SectionTexts(findings.text(), impression.text(), background), all[0]);
    }
    return document;
  }

  /** A report's background that another file holds, decoded. */
  public Background decoded(String source, Background background) {
    return sources.contains(source)
        ? background.map(text -> decoded(text, Edits.NONE).text())
        : background;
  }

  private record Decoded(String text, Edits edits) {}

  private Decoded decoded(String text, Edits before) {
    String decoded = text;
    Edits edits = before;
    for (TextRule rule : TextRule.values()) {
      if (rules.contains(rule)) {
        String next = rule.apply(decoded);
        edits = next.equals(decoded) ? edits : edits.and(rule.edit());
        decoded = next;
      }
    }
    return new Decoded(LINES.matcher(Utf8Text.universalNewlines(decoded)).replaceAll("\n"), edits);
  }

  /** The report without signatures. */
  public Report unsigned(Report report) {
    return signatures && sources.contains(report.source())
        ? report.edited(
            Edit.SIGNATURE_CUT,
            Signatures.cut(report.findings()),
            Signatures.cut(report.impression()))
        : report;
  }

  /** The report as it will be published, with a note where markup is left in it. */
  public Report noted(Report report) {
    boolean left =
        sources.contains(report.source())
            && (MarkupLeft.isIn(report.findings()) || MarkupLeft.isIn(report.impression()));
    return left ? report.with(report.edits().and(Edit.MARKUP_LEFT)) : report;
  }
}
