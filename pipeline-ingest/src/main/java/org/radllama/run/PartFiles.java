package org.radllama.run;

import static org.radllama.text.Format.format;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import org.radllama.store.ObjectOutput;
import org.radllama.store.ObjectStores;

/**
 * Files that the tasks of a Spark stage write below a run's work directory. Each attempt of a task
 * writes under a name of its own; what is whole gets its final name by one rename, in which a later
 * attempt replaces an earlier one. An object store needs neither: a file is there when it is
 * finished, which a task that fails never does. Every task reports its files as {@link Part}s, and
 * the driver checks names, lengths and counts before it uses or merges them: a part that is lost,
 * cut or there twice ends the job.
 */
public final class PartFiles {
  /** The folder of attempts and of parts that are merged; {@link #clear} deletes it. */
  public static final String PIECES = "_pieces";

  private static final int BUFFER = 1 << 18;

  private final Path root;
  private final FileSystem fs;

  /** The part files below a directory. */
  public PartFiles(Path root, Configuration hadoop) throws IOException {
    this.root = root;
    this.fs = LocalFiles.withoutChecksums(root, hadoop);
  }

  /**
   * A file as the task that wrote it reports it.
   *
   * @param name its path below the directory
   * @param records its lines, rows or groups of lines
   * @param bytes its length
   */
  public record Part(String name, long records, long bytes) implements Serializable {}

  /**
   * Begins a file.
   *
   * @param name its path below the directory; in {@link #PIECES} if it is to be merged
   * @param attempt tells this attempt of a task from all others
   */
  public Attempt begin(String name, long attempt) {
    return new Attempt(name, new Path(root, format("%s/attempt-%d/%s", PIECES, attempt, name)));
  }

  /** A file that one attempt of a task writes. */
  public final class Attempt {
    private final String name;
    private final Path path;
    private final Optional<ObjectOutput> object;

    private Attempt(String name, Path path) {
      this.name = name;
      this.path = path;
      this.object =
          ObjectStores.of(fs).map(store -> ObjectOutput.begin(fs, store, new Path(root, name)));
      object.ifPresent(Attempt::discardAtEnd);
    }

    /** A large one that is not finished takes up room on the store until it is given up. */
    private static void discardAtEnd(ObjectOutput output) {
      TaskContext task = TaskContext.get();
      if (task != null) {
        TaskCompletionListener atEnd = context -> output.discard();
        task.addTaskCompletionListener(atEnd);
      }
    }

    /** Where to write; empty where that must be by {@link #open}. */
    public Optional<Path> path() {
      return object.isPresent() ? Optional.empty() : Optional.of(path);
    }

    /** A stream to there. */
    public OutputStream open() throws IOException {
      return object.isPresent() ? object.get() : Durable.create(fs, path, BUFFER);
    }

    /** Gives the file, which is closed, its name. */
    public Part settle(long records) throws IOException {
      if (object.isPresent()) {
        object.get().finish();
        return new Part(name, records, object.get().written());
      }
      Path settled = new Path(root, name);
      long bytes = fs.getFileStatus(path).getLen();
      fs.mkdirs(settled.getParent());
      Renaming.replace(fs, path, settled);
      return new Part(name, records, bytes);
    }
  }

  /**
   * Checks that the tasks wrote exactly these files, each once and as long as reported.
   *
   * @throws JobFailure naming the files that are not as they should be
   */
  public void check(Collection<String> names, Collection<Part> parts) throws IOException {
    Map<String, Long> reported =
        parts.stream().collect(Collectors.groupingBy(Part::name, Collectors.counting()));
    Set<String> expected = new HashSet<>(names);
    TreeSet<String> wrong = new TreeSet<>(expected);
    wrong.addAll(reported.keySet());
    wrong.removeIf(name -> expected.contains(name) && reported.getOrDefault(name, 0L) == 1);
    if (!wrong.isEmpty()) {
      throw failure(
          format(
              "%d files were not written by one task each: %s",
              wrong.size(), wrong.stream().limit(5).collect(Collectors.joining(", "))));
    }
    Optional<Map<String, Long>> listed =
        ObjectStores.of(fs).isPresent()
            ? Optional.of(FileLengths.below(fs, root))
            : Optional.empty();
    for (Part part : parts) {
      long bytes = listed.isPresent() ? listed.get().getOrDefault(part.name(), -1L) : length(part);
      if (bytes != part.bytes()) {
        throw failure(
            format("%s has %d bytes, its task wrote %d", part.name(), bytes, part.bytes()));
      }
    }
  }

  private long length(Part part) throws IOException {
    try {
      return fs.getFileStatus(new Path(root, part.name())).getLen();
    } catch (FileNotFoundException e) {
      return -1;
    }
  }

  /**
   * Checks what was found in a part when it was read.
   *
   * @throws JobFailure when that is not what its task reported
   */
  public static void checkRecords(Part part, long records) {
    if (records != part.records()) {
      throw failure(
          format("%s has %d records, its task wrote %d", part.name(), records, part.records()));
    }
  }

  private static JobFailure failure(String what) {
    return new JobFailure(
        ExitCode.DEFECT, "part files were damaged or lost while the job ran: " + what);
  }

  /** Opens a part. */
  public InputStream open(Part part) throws IOException {
    return InputFiles.open(fs, new Path(root, part.name()), part.bytes());
  }

  /** Opens a file that parts are merged into. */
  public OutputStream create(String name) throws IOException {
    return Durable.create(fs, new Path(root, name), BUFFER);
  }

  /**
   * Appends parts of lines to one another.
   *
   * @throws JobFailure when one has not as many lines as reported
   */
  public void concatenate(List<Part> parts, String name) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = create(name)) {
      for (Part part : parts) {
        long lines = 0;
        try (InputStream in = open(part)) {
          for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            for (int i = 0; i < n; i++) {
              lines += buffer[i] == '\n' ? 1 : 0;
            }
            out.write(buffer, 0, n);
          }
        }
        checkRecords(part, lines);
      }
    }
  }

  /** The parts by name. */
  public static Map<String, Part> byName(Collection<Part> parts) {
    return parts.stream().collect(Collectors.toMap(Part::name, Function.identity()));
  }

  /** Deletes the attempts and the parts that were merged. */
  public void clear() throws IOException {
    fs.delete(new Path(root, PIECES), true);
  }
}
