package org.radllama.ingest.publish;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.page.Columns;
import org.radllama.page.Table;

/** The card's part on identifiers that were found in the reports published. */
final class IdentifierTable {
  private record Row(IngestTally.Source source, Identifier kind) {}

  private IdentifierTable() {}

  static String sentence(IngestTally tally, PrivacyPolicy privacy) {
    return texts(tally, privacy)
        + tally
            .idForms()
            .map(forms -> " " + forms + ": they may be a hospital's own (reports.hash-ids).")
            .orElse("");
  }

  private static String texts(IngestTally tally, PrivacyPolicy privacy) {
    return privacy.kinds().isEmpty()
        ? "The texts were not searched for identifiers (privacy.kinds = [])."
        : "All texts were searched for identifiers that de-identification should have removed (%s), by patterns, which miss some and take other things for some. Reports in which an identifier remains: %s of %s. Each identifier is listed in identifiers.jsonl with its position."
            .formatted(
                privacy.kinds().stream()
                    .sorted()
                    .map(Identifier::label)
                    .collect(Collectors.joining(", ")),
                DatasetCard.number(tally.withIdentifiers()),
                DatasetCard.number(tally.kept()));
  }

  static Table of(IngestTally tally) {
    List<Row> rows =
        tally.sources().stream()
            .flatMap(
                source -> Arrays.stream(Identifier.values()).map(kind -> new Row(source, kind)))
            .filter(row -> row.source().identified.of(row.kind()) > 0)
            .toList();
    return new Columns<Row>()
        .add("source", row -> row.source().name)
        .add("kind", row -> row.kind().label())
        .add("left", row -> DatasetCard.number(row.source().identifiers.of(row.kind())))
        .add("masked", row -> DatasetCard.number(row.source().identifiersMasked.of(row.kind())))
        .add("reports", row -> DatasetCard.number(row.source().identified.of(row.kind())))
        .table("Identifiers in the reports published; ___ stands in place of those masked.", rows);
  }
}
