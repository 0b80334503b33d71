package org.radllama.run;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Whether what has a run's place is that run, with all its files.
 *
 * @param place the run's, as people are shown it
 * @param files where they are
 */
record Wholeness(FileSystem fs, Path place, Path files) {
  /** Something else has the place. */
  JobFailure noRun() {
    return JobFailure.taken(
        place.toUri().getPath() + " exists but is no published run: choose another --run-id");
  }

  /**
   * The manifest.
   *
   * @throws JobFailure exit 7 when it is damaged
   */
  JsonNode manifest() throws IOException {
    try {
      return Json.read(fs, new Path(files, PublishedFiles.MANIFEST));
    } catch (FileNotFoundException | JsonProcessingException e) {
      throw damaged("its manifest.json is damaged", e);
    }
  }

  /**
   * Checks that it is this run.
   *
   * @throws JobFailure exit 7 when not
   */
  void requireSame(RunIdentity identity, JsonNode manifest) throws IOException {
    Optional<String> other = identity.different(manifest);
    if (other.isPresent()) {
      throw JobFailure.taken(
          "%s was made from other inputs or settings (%s): choose another --run-id"
              .formatted(place.toUri().getPath(), other.get()));
    }
  }

  /** The lengths of the files that a manifest lists. */
  static Map<String, Long> listed(JsonNode manifest) {
    Map<String, Long> lengths = new LinkedHashMap<>();
    manifest
        .path("outputs")
        .properties()
        .forEach(o -> lengths.put(o.getKey(), o.getValue().path("bytes").asLong()));
    return lengths;
  }

  /**
   * Checks that files have their lengths.
   *
   * @throws JobFailure exit 7 when some have not, or are not there
   */
  void requireLengths(Map<String, Long> expected) throws IOException {
    Map<String, Long> lengths = FileLengths.below(fs, files);
    List<String> wrong =
        expected.entrySet().stream()
            .filter(file -> !file.getValue().equals(lengths.get(file.getKey())))
            .map(Map.Entry::getKey)
            .toList();
    if (!wrong.isEmpty()) {
      throw damaged(
          format(
              "%d of the %d files of its manifest are missing or have another length, such as %s",
              wrong.size(), expected.size(), wrong.get(0)),
          null);
    }
  }

  /** Something is wrong with a published run. */
  JobFailure damaged(String what, Exception cause) {
    return new JobFailure(
        ExitCode.TAKEN,
        "%s is a published run, but %s: move it away, or choose another --run-id"
            .formatted(place.toUri().getPath(), what),
        cause);
  }
}
