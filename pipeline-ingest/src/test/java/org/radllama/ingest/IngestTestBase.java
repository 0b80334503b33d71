package org.radllama.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.failure.MissingResourceException;
import org.radllama.run.Digests;
import org.radllama.run.ExitCode;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Settings;

/** Runs ingest in this JVM with the flags a person would give. */
abstract class IngestTestBase {
  @AfterEach
  void stopSpark() {
    stopSession();
  }

  static void stopSession() {
    SparkSession.getDefaultSession()
        .foreach(
            session -> {
              session.stop();
              return null;
            });
  }

  /** Runs with two cores and a default parallelism. */
  static IngestResult ingest(int parallelism, String... args) throws Exception {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.default.parallelism", parallelism)
            .getOrCreate();
    IngestFlags flags = new IngestFlags();
    try {
      new CmdLineParser(flags).parseArgument(args);
    } catch (CmdLineException e) {
      throw new IllegalArgumentException(e);
    }
    Settings settings =
        Settings.load("ingest", Optional.ofNullable(flags.config), flags.set, flags.overlay());
    try {
      return Ingest.run(JobContext.of("ingest", settings, spark), IngestConfig.of(settings, flags));
    } catch (Exception e) {
      throw asJobFailure(e);
    }
  }

  /** As the job's main sees it: what fails inside a task has Spark's own exception around it. */
  private static Exception asJobFailure(Exception e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof JobFailure failure) {
        return failure;
      }
      if (t instanceof BadInputException) {
        return new JobFailure(ExitCode.INPUT, t.getMessage(), t);
      }
      if (t instanceof BadSettingException) {
        return new JobFailure(ExitCode.USAGE, t.getMessage(), t);
      }
      if (t instanceof MissingResourceException) {
        return new JobFailure(ExitCode.RESOURCES, t.getMessage(), t);
      }
    }
    return e;
  }

  /** Every file of a run that must not change, with its digest. */
  static Map<String, String> digests(Path run) throws IOException {
    Map<String, String> digests = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (!name.equals("timings.json")) {
          digests.put(name, Digests.sha256(Files.readAllBytes(file)));
        }
      }
    }
    return digests;
  }

  static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      nodes.add(Json.mapper().readTree(line));
    }
    return nodes;
  }

  /** A split's examples; one without any has no file. */
  static List<JsonNode> split(Path run, String split) throws IOException {
    Path file = run.resolve("jsonl/" + split + ".jsonl");
    return Files.exists(file) ? lines(file) : List.of();
  }

  static List<String> ids(Path file) throws IOException {
    return lines(file).stream().map(node -> node.path("id").asText()).toList();
  }

  static JsonNode counts(Path run) throws IOException {
    return Json.mapper().readTree(Files.readAllBytes(run.resolve("manifest.json"))).get("counts");
  }
}
