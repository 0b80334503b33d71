package org.radllama.ingest.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.ingest.record.Rejection;
import org.radllama.ingest.record.ReportStatus;
import org.radllama.ingest.record.Version;
import org.radllama.text.Whitespace;

/**
 * FHIR's DiagnosticReport (R4, R4B and R5) as JSON, alone or in a Bundle. The text is that of
 * {@code presentedForm}, plain text before HTML before RTF, which are not taken apart here; without
 * one the narrative. A {@code conclusion} that does not stand in the text follows it as its
 * impression. The id is the resource's, or its first identifier's; the patient is the subject.
 */
final class FhirReports extends ReportTable {
  private static final int MAX_DEPTH = 64;
  private static final Set<String> VOID = Set.of("entered-in-error", "cancelled");
  private static final Map<String, ReportStatus> STATUSES =
      Map.of(
          "registered", ReportStatus.PRELIMINARY,
          "partial", ReportStatus.PRELIMINARY,
          "preliminary", ReportStatus.PRELIMINARY,
          "modified", ReportStatus.PRELIMINARY,
          "final", ReportStatus.FINAL,
          "amended", ReportStatus.CORRECTED,
          "corrected", ReportStatus.CORRECTED,
          "appended", ReportStatus.CORRECTED);
  private static final List<List<String>> KINDS =
      List.of(
          List.of("text/plain"),
          List.of("text/html", "application/xhtml+xml"),
          List.of("text/rtf", "application/rtf"));
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset\\s*=\\s*\"?([A-Za-z0-9._-]+)", Pattern.CASE_INSENSITIVE);

  private final JsonTexts texts;
  private final ObjectMapper json;
  private final Deque<JsonNode> entries = new ArrayDeque<>();

  FhirReports(JsonTexts texts, int maxBytes) {
    this.texts = texts;
    this.json =
        new ObjectMapper(
                JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(maxBytes)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  @Override
  public Outcome<Cells> next() throws IOException {
    while (entries.isEmpty()) {
      Outcome<String> text = texts.next();
      if (text == null) {
        return null;
      }
      Outcome<JsonNode> read = text.then(this::parse);
      if (!read.isKept()) {
        return Outcome.rejected(read.rejection());
      }
      add(read.value());
    }
    return report(entries.remove());
  }

  /** A resource, an entry of a Bundle that holds one, or all those of a Bundle. */
  private void add(JsonNode node) {
    if (node.path("resourceType").asText().equals("Bundle")) {
      node.path("entry").forEach(this::add);
    } else if (node.has("resource") && !node.has("resourceType")) {
      add(node.path("resource"));
    } else {
      entries.add(node);
    }
  }

  private Outcome<JsonNode> parse(String text) {
    try {
      JsonNode node = json.readTree(text.startsWith("\ufeff") ? text.substring(1) : text);
      return node.isObject()
          ? Outcome.kept(node)
          : Outcome.rejected(Reason.MALFORMED_JSON, "not an object");
    } catch (JsonProcessingException e) {
      // Its message quotes the text.
      return Outcome.rejected(Reason.MALFORMED_JSON, e.getClass().getSimpleName());
    }
  }

  private static Outcome<Cells> report(JsonNode node) {
    if (!node.path("resourceType").asText().equals("DiagnosticReport")) {
      return Outcome.rejected(Reason.NOT_A_REPORT, "no DiagnosticReport");
    }
    Map<String, String> cells = new HashMap<>();
    cells.put(ID, id(node));
    cells.put(PATIENT, patient(node));
    cells.put(UPDATED, node.at("/meta/lastUpdated").asText());
    cells.put(VERSION, node.at("/meta/versionId").asText());
    cells.put(ISSUED, node.path("issued").asText());
    String status = node.path("status").asText();
    if (VOID.contains(status)) {
      String detail = "status is " + status;
      return rejected(cells, ReportStatus.CORRECTED, Reason.WITHDRAWN, detail);
    }
    ReportStatus stated = STATUSES.getOrDefault(status, ReportStatus.UNSTATED);
    cells.put(STATUS, stated.name());
    Outcome<String> text = text(node);
    if (!text.isKept()) {
      Rejection why = text.rejection();
      return rejected(cells, stated, why.reason(), why.detail());
    }
    cells.put(TEXT, concluded(text.value(), node.path("conclusion").asText()));
    if (cells.get(TEXT).isEmpty()) {
      return rejected(cells, stated, Reason.EMPTY, "neither presentedForm nor conclusion");
    }
    return cells.values().stream().anyMatch(cell -> cell.indexOf('\0') >= 0)
        ? rejected(cells, stated, Reason.BINARY, "an escaped NUL")
        : Outcome.kept(new Cells(cells));
  }

  /** Rejected as the version of its report that it is, so that an older one is not used for it. */
  private static Outcome<Cells> rejected(
      Map<String, String> cells, ReportStatus status, Reason reason, String detail) {
    Version version = Version.of(status, cells.get(UPDATED), cells.get(VERSION), cells.get(ISSUED));
    return Outcome.rejected(Rejection.unnamed(cells.get(ID), reason, detail, version));
  }

  private static String id(JsonNode node) {
    String own = node.path("id").asText();
    return own.isEmpty() ? node.at("/identifier/0/value").asText() : own;
  }

  /** {@code Patient/7} is 7, whatever server it is on and whichever version. */
  private static String patient(JsonNode node) {
    JsonNode subject = node.path("subject");
    String reference = subject.path("reference").asText();
    if (reference.isEmpty()) {
      return subject.at("/identifier/value").asText();
    }
    if (reference.startsWith("#")) {
      // It names a resource inside this one, by a name that others may have too.
      for (JsonNode contained : node.path("contained")) {
        if (reference.substring(1).equals(contained.path("id").asText())) {
          return contained.at("/identifier/0/value").asText();
        }
      }
      return "";
    }
    String unversioned = reference.replaceFirst("/_history/[^/]*$", "");
    return unversioned.substring(unversioned.lastIndexOf('/') + 1);
  }

  private static String concluded(String text, String conclusion) {
    String said = Whitespace.strip(conclusion);
    if (said.isEmpty() || folded(text).contains(folded(said))) {
      return text;
    }
    return (text.isEmpty() ? "" : text + "\n\n") + "IMPRESSION: " + said;
  }

  private static String folded(String text) {
    return Whitespace.fold(text);
  }

  private static Outcome<String> text(JsonNode node) {
    JsonNode forms = node.path("presentedForm");
    for (List<String> kinds : KINDS) {
      List<String> parts = new ArrayList<>();
      for (JsonNode form : forms) {
        if (form.hasNonNull("data") && kinds.contains(kind(form))) {
          Outcome<String> part = decoded(form);
          if (!part.isKept()) {
            return part;
          }
          parts.add(part.value());
        }
      }
      if (!parts.isEmpty()) {
        return Outcome.kept(String.join("\n\n", parts));
      }
    }
    String narrative = node.at("/text/div").asText();
    if (!forms.isEmpty() && narrative.isEmpty()) {
      return Outcome.rejected(
          Reason.UNREADABLE, "its presentedForm has no data as plain text, HTML or RTF");
    }
    return Outcome.kept(narrative);
  }

  private static String kind(JsonNode form) {
    String type = form.path("contentType").asText();
    int end = type.indexOf(';');
    return Whitespace.strip(end < 0 ? type : type.substring(0, end)).toLowerCase(Locale.ROOT);
  }

  private static Outcome<String> decoded(JsonNode form) {
    Matcher named = CHARSET.matcher(form.path("contentType").asText());
    try {
      Charset charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
      byte[] bytes = Base64.getMimeDecoder().decode(form.path("data").asText());
      Outcome<String> text = Utf8Text.decode(bytes, 0, bytes.length, charset);
      return text.isKept()
          ? text
          : Outcome.rejected(
              text.rejection().reason(), "presentedForm, " + text.rejection().detail());
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Outcome.rejected(Reason.NOT_UTF8, "presentedForm has an unknown charset");
    } catch (IllegalArgumentException e) {
      return Outcome.rejected(Reason.MALFORMED_JSON, "presentedForm is not Base64");
    }
  }

  @Override
  public void close() throws IOException {
    texts.close();
  }
}
