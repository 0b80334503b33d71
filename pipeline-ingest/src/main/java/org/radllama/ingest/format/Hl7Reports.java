package org.radllama.ingest.format;

import static org.radllama.text.Format.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.ReportStatus;
import org.radllama.ingest.record.Version;

/**
 * The reports of HL7 version 2 messages ORU^R01, many to a file, with or without the wrapping of
 * batches and MLLP. Every OBR with the OBX behind it is a report: its id is OBR-3, else OBR-2, else
 * MSH-10, its patient PID-3, else PID-2. The texts of its OBX (OBX-5 of type TX, FT or ST, and ED
 * that holds text, RTF or HTML) are joined line by line. Where OBX-3 says that a text is the
 * findings, the impression or an addendum (the suffixes GDT, IMP and ADT, LOINC 59776-5 and
 * 19005-8, or the name), the section gets its header unless it has one.
 */
final class Hl7Reports extends ReportTable {
  private static final int START_BLOCK = 0x0b;
  private static final int END_BLOCK = 0x1c;
  private static final Set<String> WRAPPING = Set.of("FHS", "BHS", "BTS", "FTS");

  /** OBX-11 of results that were deleted or were wrong. */
  private static final Set<String> WITHDRAWN_RESULTS = Set.of("D", "W");

  /** OBX-11 of results that cannot be had. */
  private static final String NO_RESULT = "X";

  private static final String ADDENDUM = "ADDENDUM";

  /** OBR-25 and OBX-11 before somebody has signed. */
  private static final Set<String> UNSIGNED = Set.of("P", "R", "S", "A", "I", "O");

  private static final Set<String> SIGNED = Set.of("F", "C", "U");

  private static final Set<String> TEXT_TYPES = Set.of("TX", "FT", "ST", "");
  private static final Map<String, String> HEADERS =
      Map.of(
          "GDT",
          "FINDINGS",
          "IMP",
          "IMPRESSION",
          "ADT",
          ADDENDUM,
          "59776-5",
          "FINDINGS",
          "19005-8",
          "IMPRESSION",
          "FINDINGS",
          "FINDINGS",
          "IMPRESSION",
          "IMPRESSION",
          "CONCLUSION",
          "IMPRESSION",
          ADDENDUM,
          ADDENDUM);

  private static final Pattern BEGINS_ADDENDUM =
      Pattern.compile("\\W*addendum\\b", Pattern.CASE_INSENSITIVE);

  private static final Pattern SECTION =
      Pattern.compile(
          "^\\W*(?:findings?|impressions?|conclusions?|opinion|report|summary|diagnosis)\\b",
          Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private final InputStream in;
  private final int maxBytes;
  private final boolean bySender;
  private final Deque<Outcome<Cells>> reports = new ArrayDeque<>();
  private String next;
  private byte[] line;
  private boolean begun;

  /**
   * The reports of a file.
   *
   * @param bySender whether the encoding is what MSH-18 says; else the file is in UTF-8
   */
  Hl7Reports(InputStream in, int maxBytes, boolean bySender) {
    this.in = in;
    this.maxBytes = maxBytes;
    this.bySender = bySender;
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    while (reports.isEmpty()) {
      if (!message()) {
        return null;
      }
    }
    return reports.remove();
  }

  /** Reads to the end of a message. */
  private boolean message() throws IOException {
    if (!begun) {
      begun = true;
      advance();
    }
    while (line != null && WRAPPING.contains(next)) {
      advance();
    }
    if (line == null) {
      return false;
    }
    boolean headed = next.equals("MSH");
    List<byte[]> lines = new ArrayList<>();
    long bytes = 0;
    do {
      bytes += line.length + 1;
      if (bytes <= maxBytes) {
        lines.add(line);
      }
      advance();
    } while (line != null && !next.equals("MSH") && !WRAPPING.contains(next));
    if (bytes > maxBytes) {
      reject(Reason.TOO_LARGE, format("%d bytes (read.max-report-bytes)", bytes));
    } else if (!headed) {
      reject(Reason.MALFORMED_ROW, "no segment MSH");
    } else {
      decode(lines);
    }
    return true;
  }

  /** Goes to the next line that is not blank; null behind the last. */
  private void advance() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long length = 0;
    int c;
    do {
      c = in.read();
      if (c == '\r' || c == '\n' || c < 0) {
        if (length > 0 || c < 0) {
          break;
        }
      } else if (c != START_BLOCK && c != END_BLOCK && ++length <= maxBytes + 1L) {
        bytes.write(c);
      }
    } while (true);
    byte[] read = bytes.toByteArray();
    line = c < 0 && length == 0 ? null : read;
    String start = new String(read, 0, Math.min(read.length, 6), StandardCharsets.ISO_8859_1);
    String head = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
    next = head.length() < 3 ? "" : head.substring(0, 3);
  }

  private void reject(Reason reason, String detail) {
    reports.add(Outcome.rejected(reason, detail));
  }

  private void decode(List<byte[]> lines) {
    Charset charset = charset(lines.get(0));
    if (charset == null) {
      reject(Reason.NOT_UTF8, "MSH-18 names an unknown encoding");
      return;
    }
    List<String> texts = new ArrayList<>();
    for (byte[] bytes : lines) {
      Outcome<String> text = Utf8Text.decode(bytes, 0, bytes.length, charset);
      if (!text.isKept()) {
        reports.add(Outcome.rejected(text.rejection()));
        return;
      }
      String plain = text.value();
      texts.add(plain.startsWith("\ufeff") ? plain.substring(1) : plain);
    }
    if (texts.get(0).length() < 5) {
      reject(Reason.MALFORMED_ROW, "a segment MSH that is cut short");
      return;
    }
    reports(new Hl7Message(texts, charset));
  }

  /** UTF-8, of which ASCII is a part, unless MSH-18 names a set of 8-bit characters. */
  private Charset charset(byte[] header) {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    if (!bySender || text.length() < 5) {
      return StandardCharsets.UTF_8;
    }
    Hl7Message message = new Hl7Message(List.of(text), StandardCharsets.ISO_8859_1);
    String named = message.component(message.segments().get(0), 18, 1).toUpperCase(Locale.ROOT);
    if (named.isEmpty() || named.equals("ASCII") || named.equals("UNICODE UTF-8")) {
      return StandardCharsets.UTF_8;
    }
    String name = named.startsWith("8859/") ? "ISO-8859-" + named.substring(5) : named;
    try {
      return name.equals("UNICODE") ? null : Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void reports(Hl7Message message) {
    List<String> header = message.segments().get(0);
    String event = message.component(header, 9, 2);
    if (!message.component(header, 9, 1).equals("ORU")
        || !(event.isEmpty() || event.equals("R01"))) {
      reject(Reason.NOT_A_REPORT, "no message ORU^R01");
      return;
    }
    String patient = "";
    Group group = null;
    int groups = 0;
    for (List<String> segment : message.segments()) {
      switch (segment.get(0)) {
        case "PID" -> {
          patient = message.component(segment, 3, 1);
          patient = patient.isEmpty() ? message.component(segment, 2, 1) : patient;
        }
        case "OBR" -> {
          finish(group);
          groups++;
          String filler = message.component(segment, 3, 1);
          String placer = message.component(segment, 2, 1);
          String control = message.component(header, 10, 1);
          group = new Group(filler.isEmpty() ? placer.isEmpty() ? control : placer : filler);
          group.patient = patient;
          group.status = message.component(segment, 25, 1);
        }
        case "OBX" -> {
          String result = message.component(segment, 11, 1);
          if (group != null) {
            group.add(message, segment, result);
          }
        }
        default -> {
          // Visits, orders and notes are no part of the text.
        }
      }
    }
    finish(group);
    if (groups == 0) {
      reject(Reason.EMPTY, "no segment OBR");
    }
  }

  private void finish(Group group) {
    if (group != null) {
      reports.add(group.report());
    }
  }

  /** An OBR with its OBX. */
  private static final class Group {
    private final String id;
    private final List<String> lines = new ArrayList<>();
    private String patient = "";
    private String section = "";
    private Outcome<Cells> broken;
    private boolean other;
    private String status = "";
    private boolean unsigned;
    private boolean signed;
    private boolean withdrawn;
    private boolean results;
    private boolean report;

    Group(String id) {
      this.id = id;
    }

    void add(Hl7Message message, List<String> segment, String result) {
      if (WITHDRAWN_RESULTS.contains(result)) {
        withdrawn = true;
      } else if (!result.equals(NO_RESULT)) {
        results = true;
        unsigned |= UNSIGNED.contains(result);
        signed |= SIGNED.contains(result);
        addResult(message, segment);
      }
    }

    private void addResult(Hl7Message message, List<String> segment) {
      String type = Hl7Message.raw(segment, 2);
      String value = Hl7Message.raw(segment, 5);
      if (TEXT_TYPES.contains(type)) {
        addText(message, segment, message.lines(value));
      } else if (type.equals("ED")) {
        embedded(message, segment);
      } else {
        other = true;
      }
    }

    private void addText(Hl7Message message, List<String> segment, String text) {
      String named = "";
      for (String part : message.parts(Hl7Message.raw(segment, 3))) {
        named =
            named.isEmpty()
                ? HEADERS.getOrDefault(part.strip().toUpperCase(Locale.ROOT), "")
                : named;
      }
      report |= !text.isBlank() && !named.equals(ADDENDUM);
      boolean has = text.stripLeading().toUpperCase(Locale.ROOT).startsWith(named);
      if (!named.isEmpty() && !named.equals(section) && !has) {
        lines.add(named + ":");
      }
      section = named;
      lines.add(text);
    }

    /** {@code source^type^subtype^Base64^data}. */
    private void embedded(Hl7Message message, List<String> segment) {
      String type = message.component(segment, 5, 2) + "/" + message.component(segment, 5, 3);
      String data = message.component(segment, 5, 5);
      String kind = type.toUpperCase(Locale.ROOT);
      boolean text = kind.startsWith("TEXT/") || kind.contains("RTF") || kind.contains("HTML");
      if (!text) {
        other = true;
        return;
      }
      if (!message.component(segment, 5, 4).equalsIgnoreCase("Base64")) {
        addText(message, segment, data);
        return;
      }
      try {
        byte[] bytes = Base64.getMimeDecoder().decode(data);
        Outcome<String> decoded = Utf8Text.decode(bytes);
        if (decoded.isKept()) {
          addText(message, segment, decoded.value());
        } else {
          broken = Outcome.rejected(decoded.rejection().reason(), "text in OBX-5");
        }
      } catch (IllegalArgumentException e) {
        broken = Outcome.rejected(Reason.MALFORMED_ROW, "OBX-5 is not Base64");
      }
    }

    /** What OBR-25 says, else the results: one that is preliminary makes the report so. */
    private ReportStatus status() {
      if (UNSIGNED.contains(status) || SIGNED.contains(status)) {
        return UNSIGNED.contains(status) ? ReportStatus.PRELIMINARY : ReportStatus.FINAL;
      }
      return unsigned
          ? ReportStatus.PRELIMINARY
          : signed ? ReportStatus.FINAL : ReportStatus.UNSTATED;
    }

    Outcome<Cells> report() {
      if (status.equals("X")) {
        return rejected(ReportStatus.FINAL, Reason.WITHDRAWN, "OBR-25 is X");
      }
      if (withdrawn && !results) {
        return rejected(ReportStatus.FINAL, Reason.WITHDRAWN, "OBX-11 is D or W in all its OBX");
      }
      if (broken != null) {
        return rejected(status(), broken.rejection().reason(), broken.rejection().detail());
      }
      String text = String.join("\n", lines);
      if (text.isBlank()) {
        return other
            ? rejected(status(), Reason.UNREADABLE, "OBX without text, RTF or HTML")
            : rejected(status(), Reason.EMPTY, "OBR without text");
      }
      if (!report || isAddendum(text)) {
        // It is no version of the report, so that it stands for none.
        return rejected(ReportStatus.UNSTATED, Reason.ADDENDUM_ONLY, "OBX of an addendum alone");
      }
      Map<String, String> cells =
          Map.of(ID, id, PATIENT, patient, STATUS, status().name(), TEXT, text);
      return Outcome.kept(new Cells(cells));
    }

    private Outcome<Cells> rejected(ReportStatus stated, Reason reason, String detail) {
      return Outcome.rejected(Rejection.unnamed(id, reason, detail, Version.of(stated)));
    }
  }

  /** Whether a text says that it is an addendum, and no section of a report stands in it. */
  private static boolean isAddendum(String text) {
    return BEGINS_ADDENDUM.matcher(text).lookingAt() && !SECTION.matcher(text).find();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
