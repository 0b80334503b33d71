package org.radllama.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * A file or directory that a job reads, or a table of a catalog.
 *
 * @param name what it is to the job, such as {@code openi-csv}
 * @param path a Hadoop path; of a table its name
 * @param sparing whether single files below it may be unreadable: the job counts them, and its
 *     identity notes them as such; otherwise one stops the job
 * @param read what was read of it, by a job that reads a small part; empty for all of it
 * @param table what is read of a table; empty for files
 */
public record RunInput(
    String name,
    String path,
    boolean sparing,
    Optional<List<Digests.Entry>> read,
    Optional<Table> table) {
  public RunInput {
    read = read.map(List::copyOf);
  }

  /** An input of which every file must be readable. */
  public RunInput(String name, String path) {
    this(name, path, false);
  }

  /** An input that is read whole. */
  public RunInput(String name, String path, boolean sparing) {
    this(name, path, sparing, Optional.empty(), Optional.empty());
  }

  /** An input of which only these files were read; sorted by path. */
  public static RunInput partly(String name, String path, List<Digests.Entry> read) {
    return new RunInput(name, path, false, Optional.of(read), Optional.empty());
  }

  /** A table of a catalog. */
  public static RunInput table(String name, String shown, Table table) {
    return new RunInput(name, shown, false, Optional.empty(), Optional.of(table));
  }

  /**
   * What is read of a table.
   *
   * @param version what pins its rows; empty where the table's format has none
   * @param rows how many were digested, where there is no version
   * @param sha256 of the version's name, else of the rows
   * @param location where its files are, if that is known
   */
  public record Table(
      Optional<String> version, OptionalLong rows, String sha256, Optional<String> location) {
    /** A table of which a version is read. */
    public static Table ofVersion(String version, Optional<String> location) {
      return new Table(
          Optional.of(version), OptionalLong.empty(), Digests.sha256(version), location);
    }

    /** A table without versions. */
    public static Table ofRows(long rows, String sha256, Optional<String> location) {
      return new Table(Optional.empty(), OptionalLong.of(rows), sha256, location);
    }

    /** As a manifest has it. */
    ObjectNode json(String name) {
      ObjectNode node = Json.mapper().createObjectNode();
      node.put("name", name);
      version.ifPresent(v -> node.put("version", v));
      rows.ifPresent(n -> node.put("rows", n));
      return node.put("sha256", sha256);
    }

    /** Where its files are; where nobody knows, its name, as a place in no file system. */
    URI place(String shown) {
      try {
        return location.isPresent()
            ? new Path(location.get()).toUri()
            : new URI("catalog", null, "/" + shown, null);
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(e);
      }
    }
  }
}
