package org.radllama.ingest.split;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.radllama.dataset.Split;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.CsvReader;
import org.radllama.ingest.format.Packed;
import org.radllama.ingest.read.IdHash;
import org.radllama.ingest.read.ReportIds;
import org.radllama.ingest.record.Outcome;
import org.radllama.run.Json;
import org.radllama.text.Whitespace;

/**
 * Reads the split files in use, gzipped or not: MIMIC-CXR's with one row an image ({@code dicom_id,
 * study_id,subject_id,split}), CSV {@code id,split}, and JSON {@code {"test": [ids], "train":
 * [ids]}} in which {@code train} may be absent and is the rest then.
 */
public final class SplitFileReader {
  private static final int MAX_ROW = 1 << 16;

  /** Bytes of the largest file, unpacked; MIMIC-CXR's has 25 MB. */
  private static final long MOST = 1L << 28;

  private final String source;
  private final String name;
  private final IdHash ids;
  private final SplitTable table;

  private SplitFileReader(String source, String name, IdHash ids) {
    this.source = source;
    this.name = name;
    this.ids = ids;
    this.table = new SplitTable(name);
  }

  /**
   * Reads a file.
   *
   * @param source the corpus whose ids it holds
   * @param name the file's name, for messages
   * @param in its bytes; closed here
   * @param ids what the source's reports have in place of their ids
   * @throws BadInputException when it is none of the known forms, is damaged, or lets a report or
   *     patient cross splits
   */
  public static SplitTable read(String source, String name, InputStream in, IdHash ids) {
    try (InputStream plain = Packed.unpacked(in, MOST)) {
      SplitFileReader reader = new SplitFileReader(source, name, ids);
      plain.mark(1);
      int first = plain.read();
      plain.reset();
      if (first == '{') {
        reader.json(plain);
      } else {
        reader.csv(plain);
      }
      return reader.table.checked();
    } catch (JsonProcessingException e) {
      throw new BadInputException("--split-file: %s is not JSON".formatted(name), e);
    } catch (IOException e) {
      throw new BadInputException(
          "--split-file: cannot read %s to its end (%s)"
              .formatted(name, e.getClass().getSimpleName()),
          e);
    }
  }

  private void json(InputStream in) throws IOException {
    JsonNode root = Json.mapper().readTree(in);
    boolean train = false;
    for (Iterator<Map.Entry<String, JsonNode>> it = root.fields(); it.hasNext(); ) {
      Map.Entry<String, JsonNode> list = it.next();
      Split split = splitOf(list.getKey(), "key");
      train |= split == Split.TRAIN;
      if (!list.getValue().isArray()) {
        throw bad("%s is not a list of ids".formatted(split.label()));
      }
      for (JsonNode id : list.getValue()) {
        if (!id.isTextual() && !id.isIntegralNumber()) {
          throw bad("%s holds what is not an id".formatted(split.label()));
        }
        table.add(ids.full(ReportIds.of(source, id.asText())), split);
      }
    }
    if (!train) {
      table.restTrains();
    }
  }

  private void csv(InputStream in) throws IOException {
    try (CsvReader csv = new CsvReader(in, MAX_ROW)) {
      Outcome<List<String>> header = csv.next();
      List<String> names =
          header == null || !header.isKept()
              ? List.of()
              : header.value().stream().map(Whitespace::strip).toList();
      int id = names.indexOf(names.contains("study_id") ? "study_id" : "id");
      int split = names.indexOf("split");
      int patient = names.indexOf("subject_id");
      if (id < 0 || split < 0) {
        throw bad("expected a header with id,split or study_id,subject_id,split, or a JSON object");
      }
      int number = 1;
      for (Outcome<List<String>> row = csv.next(); row != null; row = csv.next()) {
        number++;
        if (!row.isKept() || row.value().size() != names.size()) {
          throw bad(format("row %d has not the header's %d cells", number, names.size()));
        }
        List<String> cells = row.value();
        Split where = splitOf(cells.get(split), format("row %d", number));
        table.add(ids.full(ReportIds.of(source, cells.get(id))), where);
        if (patient >= 0) {
          table.addPatient(source + "/p" + Whitespace.strip(cells.get(patient)), where);
        }
      }
    }
  }

  private Split splitOf(String word, String where) {
    try {
      return Split.of(word);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--split-file: %s: %s is not a split's name (train, validate, test)"
              .formatted(name, where),
          e);
    }
  }

  private BadInputException bad(String what) {
    return new BadInputException("--split-file: %s: %s", name, what);
  }
}
