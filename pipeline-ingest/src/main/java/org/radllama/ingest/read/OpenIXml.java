package org.radllama.ingest.read;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.radllama.dataset.Background;
import org.radllama.dataset.BackgroundSection;
import org.radllama.ingest.record.Document;
import org.radllama.ingest.record.Edit;
import org.radllama.ingest.record.Edits;
import org.radllama.ingest.record.Label;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;
import org.radllama.text.Whitespace;

/**
 * An OpenI report, an {@code eCitation} in XML. Sections are taken by their label, wherever they
 * stand; texts of a repeated label are joined by a blank, which is counted. A document type is
 * refused, so no entity is ever declared, expanded or fetched.
 */
final class OpenIXml {
  private static final int MAX_DEPTH = 64;
  private static final ThreadLocal<XMLInputFactory> FACTORY =
      ThreadLocal.withInitial(OpenIXml::factory);

  private final ReportPlace place;
  private final List<String> path = new ArrayList<>();
  private final StringBuilder findings = new StringBuilder();
  private final StringBuilder impression = new StringBuilder();
  private final Map<BackgroundSection, StringBuilder> background =
      new EnumMap<>(BackgroundSection.class);
  private final List<String> majors = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private String id = "";
  private String section = "";
  private Edits edits = Edits.NONE;

  private OpenIXml(ReportPlace place) {
    this.place = place;
  }

  /**
   * The document of a report.
   *
   * @param text decoded already: the parser itself prints what it thinks of bad bytes to standard
   *     error
   */
  static Outcome<Document> parse(ReportPlace place, String text) {
    int from = text.startsWith("\ufeff") ? 1 : 0;
    try {
      XMLStreamReader xml =
          FACTORY.get().createXMLStreamReader(new StringReader(text.substring(from)));
      try {
        return new OpenIXml(place).document(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      // Its message may quote the report.
      Location at = e.getLocation();
      return place.reject(
          Reason.MALFORMED_XML,
          at == null ? "" : "line " + at.getLineNumber() + ", column " + at.getColumnNumber());
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> {
          throw new XMLStreamException("external entities are never read");
        });
    return factory;
  }

  private Outcome<Document> document(XMLStreamReader xml) throws XMLStreamException {
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.DTD -> {
          return place.reject(Reason.FORBIDDEN_DOCTYPE, "");
        }
        case XMLStreamConstants.START_ELEMENT -> {
          if (path.isEmpty() && !xml.getLocalName().equals("eCitation")) {
            return place.reject(Reason.MALFORMED_XML, "the root element is not eCitation");
          }
          if (path.size() == MAX_DEPTH) {
            return place.reject(
                Reason.MALFORMED_XML, "nested deeper than " + MAX_DEPTH + " elements");
          }
          start(xml);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(xml.getText());
        case XMLStreamConstants.END_ELEMENT -> end();
        default -> {
          // Comments and processing instructions say nothing.
        }
      }
    }
    return finished();
  }

  private void start(XMLStreamReader xml) {
    String name = xml.getLocalName();
    path.add(name);
    if (name.equals("uId") && path.size() == 2) {
      id = attribute(xml, "id");
    } else if (name.equals("major")) {
      text.setLength(0);
    } else if (name.equals("AbstractText")) {
      text.setLength(0);
      section = Whitespace.strip(attribute(xml, "Label")).toUpperCase(Locale.ROOT);
    }
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }

  private void end() {
    String name = path.remove(path.size() - 1);
    if (name.equals("AbstractText")) {
      join(section);
      section = "";
    } else if (name.equals("major")) {
      majors.add(text.toString());
    }
  }

  private void join(String label) {
    StringBuilder joined = textOf(label);
    String stripped = Whitespace.strip(text.toString());
    if (joined == null || stripped.isEmpty()) {
      return;
    }
    if (joined.length() > 0) {
      joined.append(' ');
      edits = edits.and(Edit.SECTIONS_JOINED);
    }
    joined.append(stripped);
  }

  private StringBuilder textOf(String label) {
    if (label.equals("FINDINGS")) {
      return findings;
    }
    if (label.equals("IMPRESSION")) {
      return impression;
    }
    for (BackgroundSection known : BackgroundSection.values()) {
      if (known.name().equals(label)) {
        return background.computeIfAbsent(known, section -> new StringBuilder());
      }
    }
    return null;
  }

  private Outcome<Document> finished() {
    if (Whitespace.strip(id).isEmpty()) {
      return place.reject(Reason.MISSING_ID, "no uId in the eCitation");
    }
    if (!ReportIds.isValid(Whitespace.strip(id))) {
      return place.reject(Reason.MALFORMED_ID, "the uId, of " + id.length() + " characters");
    }
    String source = place.source();
    String full = ReportIds.of(source, id);
    return Outcome.kept(
        new Document(
            full,
            source,
            ReportIds.bare(full),
            place.origin(),
            Label.of(majors),
            null,
            edits,
            new Document.SectionTexts(
                findings.toString(),
                impression.toString(),
                Background.of(known -> Objects.toString(background.get(known), "")))));
  }
}
