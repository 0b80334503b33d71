package org.radllama.ingest.format;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.radllama.ingest.format.RecordTable.Cells;
import org.radllama.ingest.record.Outcome;

/** Files that tests have in memory, opened as any other. */
final class Rows {
  static final int MAX = 1 << 16;

  private Rows() {}

  static RecordTable open(
      byte[] file, TextEncoding encoding, TableFormat.Choice choice, String... wanted)
      throws IOException {
    return TableFormat.open(
        () -> Packed.unpacked(new ByteArrayInputStream(file), 1 << 20),
        "none",
        new Configuration(false),
        new TableFormat.Options(MAX, ',', encoding, choice),
        Set.of(wanted));
  }

  /** Each row as the cells wanted, with bars between, or its reason. */
  static List<String> rows(RecordTable table, String... wanted) throws IOException {
    List<String> rows = new ArrayList<>();
    for (Outcome<Cells> row = table.next(); row != null; row = table.next()) {
      rows.add(row.isKept() ? shown(row.value(), wanted) : row.rejection().reason().label());
    }
    return rows;
  }

  private static String shown(Cells cells, String... wanted) {
    List<String> texts = new ArrayList<>();
    for (String column : wanted) {
      texts.add(cells.text(column));
    }
    return String.join("|", texts);
  }

  static List<String> rows(byte[] file, TextEncoding encoding, String... wanted)
      throws IOException {
    try (RecordTable table = open(file, encoding, TableFormat.Choice.AUTO, wanted)) {
      return rows(table, wanted);
    }
  }
}
