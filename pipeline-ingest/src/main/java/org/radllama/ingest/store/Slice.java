package org.radllama.ingest.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.dataset.Fingerprint;
import org.radllama.dataset.NormalizedFindings;
import org.radllama.dataset.Sketch;
import org.radllama.dataset.Split;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.Report;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.split.PlacedReport;
import org.radllama.text.Words;

/**
 * The part of the index that one partition makes.
 *
 * @param entries its reports
 * @param rejections its rejected records
 * @param sketches of the entries' findings, each text once
 */
record Slice(List<ReportEntry> entries, List<Rejection> rejections, List<Sketch> sketches) {

  private static final int REJECTED = -1;
  private static final int END = -2;
  private static final Label[] LABELS = Label.values();
  private static final Split[] SPLITS = Split.values();
  private static final BackgroundSection[] SECTIONS = BackgroundSection.values();

  /** Indexes a partition's records, packed for the way to the driver. */
  static byte[] pack(int partition, Iterator<byte[]> records, Sketch.Maker maker) {
    Packer packer = new Packer().integer(partition);
    Map<Fingerprint, Sketch> sketches = new HashMap<>();
    for (int row = 0; records.hasNext(); row++) {
      Outcome<PlacedReport> outcome = OutcomeCodec.decode(records.next());
      if (outcome.isKept()) {
        pack(packer.integer(row), outcome.value(), sketches, maker);
      } else {
        OutcomeCodec.encode(packer.integer(REJECTED), outcome.rejection());
      }
    }
    packer.integer(END).integer(sketches.size());
    sketches.values().forEach(sketch -> pack(packer, sketch));
    return packer.pack();
  }

  static Slice unpack(byte[] packed) {
    Unpacker unpacker = new Unpacker(packed);
    int partition = unpacker.integer();
    Slice slice = new Slice(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int row = unpacker.integer(); row != END; row = unpacker.integer()) {
      if (row == REJECTED) {
        slice.rejections.add(OutcomeCodec.rejection(unpacker));
      } else {
        slice.entries.add(entry(unpacker, new ReportEntry.Place(partition, row)));
      }
    }
    for (int n = unpacker.integer(); n > 0; n--) {
      slice.sketches.add(sketch(unpacker));
    }
    return slice;
  }

  private static void pack(
      Packer packer, PlacedReport placed, Map<Fingerprint, Sketch> sketches, Sketch.Maker maker) {
    Report report = placed.report();
    String normalized = NormalizedFindings.of(report.findings());
    Fingerprint findings = Fingerprint.of(normalized, report.findings());
    sketches.computeIfAbsent(findings, text -> maker.of(normalized, text));
    packer
        .text(report.source())
        .integer(placed.position())
        .text(report.id())
        .text(report.patient())
        .constant(placed.split())
        .number(report.origin())
        .constant(report.label())
        .integer(Words.count(report.findings()))
        .integer(Words.count(report.impression()))
        .integer(present(report.background()))
        .number(report.edits().bits())
        .version(report.edits().version());
    OutcomeCodec.encode(packer, placed.identifiers());
    pack(packer, findings);
    pack(packer, Fingerprint.of(report.impression()));
  }

  private static ReportEntry entry(Unpacker unpacker, ReportEntry.Place place) {
    return new ReportEntry(
        new OrderKey(unpacker.text().intern(), unpacker.integer(), unpacker.text()),
        unpacker.text(),
        SPLITS[unpacker.integer()],
        unpacker.number(),
        LABELS[unpacker.integer()],
        unpacker.integer(),
        unpacker.integer(),
        sections(unpacker.integer()),
        new Edits(unpacker.number(), unpacker.version()),
        OutcomeCodec.identifiers(unpacker),
        fingerprint(unpacker),
        fingerprint(unpacker),
        place);
  }

  /** Which sections there are, one bit each. */
  private static int present(Background background) {
    int bits = 0;
    for (int i = 0; i < SECTIONS.length; i++) {
      bits |= background.has(SECTIONS[i]) ? 1 << i : 0;
    }
    return bits;
  }

  private static Set<BackgroundSection> sections(int bits) {
    Set<BackgroundSection> sections = EnumSet.noneOf(BackgroundSection.class);
    for (int i = 0; i < SECTIONS.length; i++) {
      if ((bits & 1 << i) != 0) {
        sections.add(SECTIONS[i]);
      }
    }
    return sections;
  }

  private static void pack(Packer packer, Fingerprint text) {
    packer.number(text.high()).number(text.low());
  }

  private static Fingerprint fingerprint(Unpacker unpacker) {
    return new Fingerprint(unpacker.number(), unpacker.number());
  }

  private static void pack(Packer packer, Sketch sketch) {
    pack(packer, sketch.text());
    packer.integer(sketch.shingles().length);
    for (long shingle : sketch.shingles()) {
      packer.number(shingle);
    }
    packer.number(sketch.polarity());
    packer.integer(sketch.keys().length);
    for (int key : sketch.keys()) {
      packer.integer(key);
    }
  }

  private static Sketch sketch(Unpacker unpacker) {
    Fingerprint text = fingerprint(unpacker);
    long[] shingles = new long[unpacker.integer()];
    Arrays.setAll(shingles, i -> unpacker.number());
    long polarity = unpacker.number();
    int[] keys = new int[unpacker.integer()];
    Arrays.setAll(keys, i -> unpacker.integer());
    return new Sketch(text, shingles, keys, polarity);
  }
}
