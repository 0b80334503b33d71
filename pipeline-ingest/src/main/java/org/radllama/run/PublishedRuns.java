package org.radllama.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.radllama.store.ObjectStore;
import org.radllama.store.ObjectStores;

/**
 * Where the files of published runs are: in the run's folder, or on an object store in the folder
 * below it that the run's marker names.
 */
public final class PublishedRuns {
  /** How far below a run's folder a path may be that is part of the run. */
  private static final int DEPTH = 5;

  private static final Pattern ON_A_STORE = Pattern.compile("[a-z][a-z0-9+.-]*://[^/]+/.+");

  /** Flags of folders of runs. */
  private static final Set<String> PLACES = Set.of("--out", "--runs");

  /** A run that is published stays where it is. */
  private static final Map<String, String> LOCATED = new ConcurrentHashMap<>();

  private PublishedRuns() {}

  /**
   * What of a run a path is.
   *
   * @param run the run's folder
   * @param inside the path below the attempt's folder; empty for all of it
   */
  private record Part(Path run, Marker marker, String inside) {
    Path files() {
      return new Path(run, marker.attempt());
    }

    Path path() {
      return inside.isEmpty() ? files() : new Path(files(), inside);
    }
  }

  /**
   * The files of a run's folder.
   *
   * @return empty when no run is published there
   */
  public static Optional<Path> files(FileSystem fs, Path run) throws IOException {
    Optional<ObjectStore> store = ObjectStores.of(fs);
    if (store.isPresent()) {
      Optional<Marker> marker = Marker.read(store.get(), run);
      if (marker.isPresent()) {
        return Optional.of(new Path(run, marker.get().attempt()));
      }
    }
    return fs.exists(new Path(run, PublishedFiles.SUCCESS)) ? Optional.of(run) : Optional.empty();
  }

  /**
   * The path by which a job reads what it was given: {@code RUN/adapter} on an object store is
   * {@code RUN/ATTEMPT/adapter}. Whatever is no part of a run there, and no path at all, stays.
   *
   * @throws UncheckedIOException when the store does not answer
   */
  private static String located(String given, Configuration hadoop) {
    String known = LOCATED.get(given);
    if (known != null) {
      return known;
    }
    try {
      Path path = new Path(given);
      if (!ObjectStores.isOn(path, hadoop)) {
        return given;
      }
      Path located = located(path.getFileSystem(hadoop), path);
      if (!located.equals(path)) {
        LOCATED.put(given, located.toString());
        return located.toString();
      }
      return given;
    } catch (IllegalArgumentException e) {
      // No path.
      return given;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path located(FileSystem fs, Path path) throws IOException {
    return part(ObjectStores.of(fs).orElseThrow(), path).map(Part::path).orElse(path);
  }

  private static String located(String given) {
    return ON_A_STORE.matcher(given).matches()
        ? located(given, SparkHadoopUtil.get().newConfiguration(new SparkConf()))
        : given;
  }

  /** The same for all values of a configuration. */
  static Config located(Config config) {
    Config located = config;
    for (Map.Entry<String, ConfigValue> entry : config.entrySet()) {
      if (entry.getValue().unwrapped() instanceof String given) {
        String path = located(given);
        if (!path.equals(given)) {
          located = located.withValue(entry.getKey(), ConfigValueFactory.fromAnyRef(path));
        }
      }
    }
    return located;
  }

  /**
   * The same for a job's arguments, {@code PATH} and {@code NAME=PATH}, but for the places where
   * runs are published.
   */
  static String[] located(String[] arguments) {
    String[] located = arguments.clone();
    for (int i = 0; i < located.length; i++) {
      int equals = located[i].indexOf('=');
      int scheme = located[i].indexOf("://");
      String name = 0 <= equals && equals < scheme ? located[i].substring(0, equals + 1) : "";
      boolean place =
          (i > 0 && PLACES.contains(located[i - 1])) || PLACES.contains(name.replace("=", ""));
      if (!place) {
        located[i] = name + located(located[i].substring(name.length()));
      }
    }
    return located;
  }

  private static Optional<Part> part(ObjectStore store, Path path) throws IOException {
    String inside = "";
    Path run = path;
    for (int i = 0; i < DEPTH && run != null && !run.isRoot(); i++) {
      Optional<Marker> marker = readable(store, run);
      if (marker.isPresent()) {
        String attempt = marker.get().attempt();
        boolean named = inside.equals(attempt) || inside.startsWith(attempt + "/");
        String below = named ? inside.substring(attempt.length()) : inside;
        return Optional.of(new Part(run, marker.get(), below.replaceFirst("^/", "")));
      }
      inside = inside.isEmpty() ? run.getName() : run.getName() + "/" + inside;
      run = run.getParent();
    }
    return Optional.empty();
  }

  /** Where rights are given by prefix, what lies above is not to be read, and so is no run. */
  private static Optional<Marker> readable(ObjectStore store, Path run) throws IOException {
    try {
      return Marker.read(store, run);
    } catch (AccessDeniedException e) {
      return Optional.empty();
    }
  }

  /**
   * What decides of a folder in a published run on an object store, by the run's manifest, as
   * {@link PublishedFiles#deciding} finds it elsewhere.
   *
   * @return empty for anything else
   * @throws JobFailure exit 3 when files are missing or not as they were published
   */
  static Optional<List<Digests.Entry>> deciding(FileSystem fs, Path path) throws IOException {
    Optional<ObjectStore> store = ObjectStores.of(fs);
    Optional<Part> part = store.isPresent() ? part(store.get(), path) : Optional.empty();
    if (part.isEmpty()) {
      return Optional.empty();
    }
    byte[] manifest =
        store
            .get()
            .read(new Path(part.get().files(), PublishedFiles.MANIFEST))
            .map(ObjectStore.Stored::body)
            .filter(m -> Digests.sha256(m).equals(part.get().marker().manifestSha256()))
            .orElseThrow(() -> damaged(part.get(), PublishedFiles.MANIFEST));
    JsonNode outputs = Json.parse(manifest).path("outputs");
    String prefix = part.get().inside().isEmpty() ? "" : part.get().inside() + "/";
    List<String> names = new ArrayList<>();
    outputs.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> !name.startsWith(prefix));
    if (names.isEmpty()) {
      return Optional.empty();
    }
    StoredDigests digests = new StoredDigests(fs);
    List<Digests.Entry> entries =
        new ArrayList<>(
            names.parallelStream()
                .map(name -> read(digests, part.get(), name, prefix, outputs.path(name)))
                .toList());
    if (prefix.isEmpty()) {
      entries.add(PublishedFiles.manifest(manifest));
      entries.add(new Digests.Entry(PublishedFiles.SUCCESS, 0, Digests.sha256(new byte[0])));
    }
    entries.sort(Comparator.comparing(Digests.Entry::path));
    return Optional.of(entries);
  }

  private static Digests.Entry read(
      StoredDigests digests, Part part, String name, String prefix, JsonNode listed) {
    Digests.Entry entry;
    try {
      entry =
          digests.entry(
              name.substring(prefix.length()),
              new Path(part.files(), name),
              listed.path("bytes").asLong());
    } catch (UncheckedIOException e) {
      throw new JobFailure(
          ExitCode.INPUT,
          "cannot read %s of %s (%s)"
              .formatted(
                  name, part.run().toUri().getPath(), e.getCause().getClass().getSimpleName()),
          e);
    }
    if (!entry.sha256().equals(listed.path("sha256").asText())) {
      throw damaged(part, name);
    }
    return entry;
  }

  private static JobFailure damaged(Part part, String name) {
    return JobFailure.input(
        "%s of the run %s is missing, or not as it was published"
            .formatted(name, part.run().toUri().getPath()));
  }
}
