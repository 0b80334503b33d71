package org.radllama.ingest.store;

import java.util.ArrayList;
import java.util.List;
import org.radllama.dataset.Background;
import org.radllama.dataset.Split;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.Report;
import org.radllama.ingest.split.PlacedReport;

/** Outcomes as bytes. */
final class OutcomeCodec {
  private static final int KEPT = 1;
  private static final int REJECTED = 0;
  private static final Label[] LABELS = Label.values();
  private static final Split[] SPLITS = Split.values();
  private static final Found.Column[] COLUMNS = Found.Column.values();
  private static final Identifier[] IDENTIFIERS = Identifier.values();
  private static final Reason[] REASONS = Reason.values();

  private OutcomeCodec() {}

  static byte[] encode(Outcome<PlacedReport> outcome) {
    Packer packer = new Packer();
    if (outcome.isKept()) {
      encode(packer.integer(KEPT), outcome.value());
    } else {
      encode(packer.integer(REJECTED), outcome.rejection());
    }
    return packer.pack();
  }

  static Outcome<PlacedReport> decode(byte[] packed) {
    Unpacker unpacker = new Unpacker(packed);
    return unpacker.integer() == KEPT
        ? Outcome.kept(report(unpacker))
        : Outcome.rejected(rejection(unpacker));
  }

  private static void encode(Packer packer, PlacedReport placed) {
    Report report = placed.report();
    packer
        .text(report.id())
        .text(report.source())
        .text(report.patient())
        .number(report.origin())
        .constant(report.label())
        .text(report.findings())
        .text(report.impression())
        .text(report.background().indication())
        .text(report.background().comparison())
        .text(report.background().technique())
        .text(report.background().history())
        .number(report.edits().bits())
        .version(report.edits().version())
        .constant(placed.split())
        .integer(placed.position());
    encode(packer, placed.identifiers());
  }

  static void encode(Packer packer, List<Found> identifiers) {
    packer.integer(identifiers.size());
    for (Found found : identifiers) {
      packer
          .constant(found.column())
          .constant(found.kind())
          .integer(found.start())
          .integer(found.end())
          .integer(found.masked() ? 1 : 0);
    }
  }

  static List<Found> identifiers(Unpacker unpacker) {
    List<Found> identifiers = new ArrayList<>();
    for (int n = unpacker.integer(); n > 0; n--) {
      identifiers.add(
          new Found(
              COLUMNS[unpacker.integer()],
              IDENTIFIERS[unpacker.integer()],
              unpacker.integer(),
              unpacker.integer(),
              unpacker.integer() == 1));
    }
    return List.copyOf(identifiers);
  }

  private static PlacedReport report(Unpacker unpacker) {
    Report report =
        new Report(
            unpacker.text(),
            unpacker.text(),
            unpacker.text(),
            unpacker.number(),
            LABELS[unpacker.integer()],
            unpacker.text(),
            unpacker.text(),
            new Background(unpacker.text(), unpacker.text(), unpacker.text(), unpacker.text()),
            null,
            new Edits(unpacker.number(), unpacker.version()));
    return new PlacedReport(
        report, SPLITS[unpacker.integer()], unpacker.integer(), identifiers(unpacker));
  }

  static void encode(Packer packer, Rejection rejection) {
    packer
        .text(rejection.id())
        .text(rejection.source())
        .number(rejection.origin())
        .constant(rejection.reason())
        .text(rejection.detail())
        .version(rejection.version());
  }

  static Rejection rejection(Unpacker unpacker) {
    return new Rejection(
        unpacker.text(),
        unpacker.text(),
        unpacker.number(),
        REASONS[unpacker.integer()],
        unpacker.text(),
        unpacker.version());
  }
}
