package org.radllama.ingest;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.dataset.Split;
import org.radllama.ingest.dedup.Verdict;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Reason;

/** What a run did, as the table at the end of its console. */
final class IngestSummary {
  private record Row(String what, String name, long reports) {}

  private IngestSummary() {}

  /** The table's lines: read, then where the reports are now, then what was noted of them. */
  static List<String> lines(IngestTally tally) {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("read", "", tally.read()));
    for (Split split : Split.values()) {
      rows.add(new Row("kept", split.label(), tally.kept(split)));
    }
    Arrays.stream(Reason.values())
        .map(reason -> new Row("rejected", reason.label(), tally.rejected(reason)))
        .forEach(row -> addIfAny(rows, row));
    for (Verdict.Kind kind : Verdict.Kind.values()) {
      String name = kind == Verdict.Kind.LEAKED ? "leaked" : kind.label() + " duplicate";
      addIfAny(rows, new Row("removed", name, tally.duplicates(kind)));
    }
    for (Split split : List.of(Split.VALIDATE, Split.TEST)) {
      addIfAny(rows, new Row("near train", split.label(), tally.leaked(split)));
    }
    Arrays.stream(Edit.values())
        .map(edit -> new Row("edited", edit.label(), tally.edited(edit)))
        .forEach(row -> addIfAny(rows, row));
    for (Identifier kind : Identifier.values()) {
      addIfAny(rows, new Row("identifiers left", kind.label(), tally.identifiers(kind)));
      addIfAny(rows, new Row("identifiers masked", kind.label(), tally.masked(kind)));
    }
    int name = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
    return rows.stream()
        .map(
            row ->
                "  "
                    + padded(row.what(), 18)
                    + "  "
                    + padded(row.name(), name)
                    + "  "
                    + format("%,12d", row.reports()))
        .toList();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static void addIfAny(List<Row> rows, Row row) {
    if (row.reports() > 0) {
      rows.add(row);
    }
  }
}
