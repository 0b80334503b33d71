package org.radllama.eval.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.radllama.eval.history.SetAside.Problem;
import org.radllama.eval.report.PublishedScores;
import org.radllama.eval.score.statistics.Summary;
import org.radllama.failure.BadInputException;
import org.radllama.run.Digests;
import org.radllama.run.Json;
import org.radllama.run.PublishedFiles;

/** The bytes of a run's small files made a {@link PublishedRun}. */
final class RunParser {
  static final String MANIFEST = "manifest.json";
  static final String TIMINGS = "timings.json";
  static final String METRICS = "metrics.json";

  /** Keys of the manifest that are shown elsewhere, or list files. */
  private static final Set<String> NO_FACTS = Set.of("job", "run_id", "inputs", "outputs");

  private final String id;
  private final Map<String, byte[]> files;

  private RunParser(String id, Map<String, byte[]> files) {
    this.id = id;
    this.files = files;
  }

  /**
   * Parses.
   *
   * @param id the folder's name
   * @param files contents by name, of those that there are
   */
  static Found parse(String id, Map<String, byte[]> files) {
    RunParser parser = new RunParser(id, files);
    try {
      return parser.run();
    } catch (Damaged e) {
      return new SetAside(id, e.problem);
    }
  }

  /** Ends the parsing of one run. */
  private static final class Damaged extends Exception {
    private final transient Problem problem;

    Damaged(Problem problem) {
      super(problem.meaning());
      this.problem = problem;
    }
  }

  private PublishedRun run() throws Damaged {
    ObjectNode manifest = object(MANIFEST, Problem.NO_MANIFEST, Problem.BAD_MANIFEST);
    ObjectNode timings = object(TIMINGS, Problem.NO_TIMES, Problem.NO_TIMES);
    String job = manifest.path("job").asText();
    require(job.matches("[a-z][a-z0-9-]{0,31}"), Problem.BAD_MANIFEST);
    Instant end = instant(timings.path("end")).orElseThrow(() -> new Damaged(Problem.NO_TIMES));
    Instant start = instant(timings.path("start")).orElse(end);
    List<Digests.Entry> outputs = outputs(manifest.path("outputs"));
    return new PublishedRun(
        id,
        job,
        start,
        end,
        facts(manifest),
        inputs(manifest.path("inputs")),
        products(outputs),
        job.equals("eval") ? scores() : List.of(),
        job.equals("eval") ? PublishedScores.testSets(metrics()) : Map.of(),
        entries());
  }

  private ObjectNode object(String name, Problem missing, Problem damaged) throws Damaged {
    require(files.containsKey(name), missing);
    try {
      if (Json.parse(files.get(name)) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      // Its message would quote the file.
    }
    throw new Damaged(damaged);
  }

  private static void require(boolean condition, Problem problem) throws Damaged {
    if (!condition) {
      throw new Damaged(problem);
    }
  }

  private static Optional<Instant> instant(JsonNode node) {
    try {
      return Optional.of(Instant.parse(node.asText()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static SortedMap<String, String> facts(ObjectNode manifest) {
    SortedMap<String, String> facts = new TreeMap<>();
    manifest.properties().stream()
        .filter(field -> !NO_FACTS.contains(field.getKey()))
        .forEach(field -> flatten(field.getKey(), field.getValue(), facts));
    return facts;
  }

  private static void flatten(String path, JsonNode node, SortedMap<String, String> facts) {
    if (node instanceof ObjectNode object) {
      object
          .properties()
          .forEach(field -> flatten(path + "." + field.getKey(), field.getValue(), facts));
    } else {
      facts.put(path, node.isValueNode() ? node.asText() : node.toString());
    }
  }

  private static List<PublishedRun.Input> inputs(JsonNode nodes) throws Damaged {
    List<PublishedRun.Input> inputs = new ArrayList<>();
    for (JsonNode node : nodes) {
      require(node.path("name").isTextual() && isDigest(node.path("sha256")), Problem.BAD_MANIFEST);
      inputs.add(new PublishedRun.Input(node.path("name").asText(), node.path("sha256").asText()));
    }
    return inputs;
  }

  private static boolean isDigest(JsonNode node) {
    return node.asText().matches("[0-9a-f]{64}");
  }

  private static List<Digests.Entry> outputs(JsonNode nodes) throws Damaged {
    List<Digests.Entry> outputs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> output : nodes.properties()) {
      JsonNode of = output.getValue();
      require(
          of.path("bytes").isIntegralNumber() && isDigest(of.path("sha256")), Problem.BAD_MANIFEST);
      outputs.add(
          new Digests.Entry(
              output.getKey(), of.path("bytes").asLong(), of.path("sha256").asText()));
    }
    return outputs;
  }

  /**
   * What these outputs are called when they are inputs: the whole run with its manifest and mark,
   * each folder at its top, each file there.
   */
  private Map<String, String> products(List<Digests.Entry> outputs) {
    List<Digests.Entry> whole = new ArrayList<>(outputs);
    Map<String, List<Digests.Entry>> folders = new HashMap<>();
    Map<String, String> products = new HashMap<>();
    for (Digests.Entry output : outputs) {
      int slash = output.path().indexOf('/');
      if (slash < 0) {
        products.put(Digests.ofListing(List.of(output)), output.path());
      } else {
        folders
            .computeIfAbsent(output.path().substring(0, slash), folder -> new ArrayList<>())
            .add(
                new Digests.Entry(
                    output.path().substring(slash + 1), output.bytes(), output.sha256()));
      }
    }
    folders.forEach((folder, entries) -> products.put(ofSorted(entries), folder));
    whole.add(PublishedFiles.manifest(files.get(MANIFEST)));
    whole.add(entry("_SUCCESS", new byte[0]));
    products.put(ofSorted(whole), "");
    return products;
  }

  private static String ofSorted(List<Digests.Entry> entries) {
    return Digests.ofListing(
        entries.stream().sorted(Comparator.comparing(Digests.Entry::path)).toList());
  }

  private static Digests.Entry entry(String path, byte[] bytes) {
    return new Digests.Entry(path, bytes.length, Digests.sha256(bytes));
  }

  private List<Digests.Entry> entries() {
    return new TreeMap<>(files)
        .entrySet().stream().map(file -> entry(id + "/" + file.getKey(), file.getValue())).toList();
  }

  private ObjectNode metrics() throws Damaged {
    return object(METRICS, Problem.NO_SCORES, Problem.BAD_SCORES);
  }

  private List<Summary> scores() throws Damaged {
    ObjectNode metrics = metrics();
    try {
      return PublishedScores.summaries(metrics).stream()
          .sorted(Comparator.comparing(Summary::key))
          .toList();
    } catch (BadInputException e) {
      throw new Damaged(Problem.BAD_SCORES);
    }
  }
}
