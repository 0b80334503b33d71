package org.radllama.eval.history;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.eval.history.SetAside.Problem;
import org.radllama.failure.BadInputException;
import org.radllama.run.FileTree;
import org.radllama.run.PublishedRuns;

/** Reads the runs of a directory: it is listed once, then many runs are read at a time. */
public final class RunListing {
  private static final int MOST_BYTES = 64 << 20;

  private RunListing() {}

  /**
   * All folders of a directory but those that begin with {@code _} or a dot, by name; its files are
   * no runs.
   *
   * @param threads runs that are read at a time
   * @throws BadInputException when the directory itself cannot be listed
   */
  public static List<Found> read(Configuration hadoop, String directory, int threads) {
    Path path = new Path(directory);
    try {
      FileSystem fs = path.getFileSystem(hadoop);
      List<Callable<Found>> tasks =
          FileTree.children(fs, path).stream()
              .filter(node -> !node.isFile())
              .filter(node -> !node.name().startsWith("_") && !node.name().startsWith("."))
              .map(node -> (Callable<Found>) () -> read(fs, node))
              .toList();
      return all(tasks, threads);
    } catch (IOException e) {
      throw new BadInputException(
          "--runs: cannot list %s (%s)".formatted(directory, e.getClass().getSimpleName()), e);
    }
  }

  private static List<Found> all(List<Callable<Found>> tasks, int threads) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Found> found = new ArrayList<>();
      for (Future<Found> one : pool.invokeAll(tasks)) {
        found.add(one.get());
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading runs", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a defect in reading a run", e.getCause());
    } finally {
      pool.shutdownNow();
    }
  }

  private static Found read(FileSystem fs, FileTree.Node node) {
    try {
      if (!node.isFolder()) {
        return new SetAside(node.name(), Problem.UNREADABLE);
      }
      Optional<Path> run = PublishedRuns.files(fs, node.path());
      if (run.isEmpty()) {
        return new SetAside(node.name(), Problem.UNFINISHED);
      }
      Map<String, byte[]> files = new TreeMap<>();
      for (String file : List.of(RunParser.MANIFEST, RunParser.TIMINGS, RunParser.METRICS)) {
        if (!take(fs, new Path(run.get(), file), files)) {
          return new SetAside(node.name(), Problem.TOO_LARGE);
        }
      }
      return RunParser.parse(node.name(), files);
    } catch (IOException e) {
      return new SetAside(node.name(), Problem.UNREADABLE);
    }
  }

  /** Whether the file is small enough, or not there. */
  private static boolean take(FileSystem fs, Path path, Map<String, byte[]> files)
      throws IOException {
    try (InputStream in = fs.open(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        return false;
      }
      files.put(path.getName(), bytes);
      return true;
    } catch (FileNotFoundException e) {
      return true;
    }
  }
}
