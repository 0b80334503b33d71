package org.radllama.ingest.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/** The formats of files of many reports, recognised by their first bytes, whatever their names. */
public enum TableFormat {
  PARQUET,
  JSON_LINES,
  /** One JSON array around all objects. */
  JSON_ARRAY,
  CSV,
  /** HL7 version 2 messages, or batches of such. */
  HL7,
  /** FHIR resources as JSON, one a line or over many lines. */
  FHIR,
  /** FHIR resources in a JSON array. */
  FHIR_ARRAY;

  private static final int HEAD = 1 << 12;
  private static final Pattern MESSAGE = Pattern.compile("\\x0b?(?:MSH|FHS|BHS)[^\\w\\s]");

  /** Not a CSV file whose columns have names in brackets. */
  private static final Pattern ARRAY = Pattern.compile("\\[\\s*(?:[{\\]]|$)");

  private static final Pattern RESOURCE = Pattern.compile("\"resourceType\"\\s*:\\s*\"[A-Z]");

  /** What the setting {@code reports.format} says. */
  public enum Choice {
    /** By the first bytes. */
    AUTO,
    TABLE,
    FHIR,
    HL7
  }

  /** Opens a file from its beginning. */
  @FunctionalInterface
  public interface Opener {
    /** The bytes, unpacked. */
    InputStream open() throws IOException;
  }

  /**
   * How tables are read.
   *
   * @param maxRow the longest record in bytes
   * @param delimiter between the cells of a CSV file
   * @param encoding of all but Parquet
   * @param choice which formats may be meant
   */
  public record Options(int maxRow, char delimiter, TextEncoding encoding, Choice choice) {}

  /** Looks at a text's beginning in UTF-8. */
  private static TableFormat ofText(String head, Choice choice) {
    String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3) : head;
    String visible = text.stripLeading();
    boolean array = ARRAY.matcher(visible).lookingAt();
    if (choice == Choice.HL7 || (choice == Choice.AUTO && MESSAGE.matcher(visible).lookingAt())) {
      return HL7;
    }
    if (choice == Choice.FHIR
        || (choice == Choice.AUTO
            && (array || visible.startsWith("{"))
            && RESOURCE.matcher(visible).find())) {
      return array ? FHIR_ARRAY : FHIR;
    }
    return array ? JSON_ARRAY : visible.startsWith("{") ? JSON_LINES : CSV;
  }

  private static String head(InputStream in) throws IOException {
    try (in) {
      return new String(in.readNBytes(HEAD), StandardCharsets.ISO_8859_1);
    }
  }

  /**
   * Opens a file; what is none of the other formats may be CSV.
   *
   * @param path its path, for Parquet
   * @param wanted the columns asked for
   */
  public static RecordTable open(
      Opener file, String path, Configuration hadoop, Options options, Set<String> wanted)
      throws IOException {
    int max = options.maxRow();
    if (options.choice() != Choice.FHIR
        && options.choice() != Choice.HL7
        && head(file.open()).startsWith("PAR1")) {
      return new ParquetTable(path, hadoop, max, wanted);
    }
    String head = head(options.encoding().utf8(file.open()));
    InputStream text = new BufferedInputStream(options.encoding().utf8(file.open()), 1 << 16);
    return switch (ofText(head, options.choice())) {
      case JSON_LINES -> new JsonLines(text, max, wanted);
      case JSON_ARRAY -> JsonLines.array(text, max, wanted);
      case HL7 -> new Hl7Reports(text, max, options.encoding() == TextEncoding.AUTO);
      case FHIR -> new FhirReports(JsonDocuments.of(text, max), max);
      case FHIR_ARRAY -> new FhirReports(JsonTexts.elements(text, max), max);
      case CSV, PARQUET -> new CsvTable(text, max, options.delimiter());
    };
  }
}
