package org.radllama.eval.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.record.Outcome;

/** All rows of a CSV file, its header too. */
final class CsvRows {
  private CsvRows() {}

  static List<List<String>> of(Path file) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    try (CsvReader csv = new CsvReader(Files.newInputStream(file), 1 << 20)) {
      for (Outcome<List<String>> row = csv.next(); row != null; row = csv.next()) {
        rows.add(row.value());
      }
    }
    return rows;
  }
}
