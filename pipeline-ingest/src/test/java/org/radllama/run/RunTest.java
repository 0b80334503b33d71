package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Publication as jobs see it, with failures and other runs in between. */
class RunTest {
  @TempDir Path folder;
  private final Configuration hadoop = HookedFileSystem.configuration();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Path out;
  private Path input;

  @BeforeEach
  void makeInput() throws IOException {
    out = folder.resolve("out");
    input = Files.writeString(folder.resolve("input.txt"), "what is read");
  }

  private RunRequest request(String... sets) {
    return new RunRequest(
        "ingest",
        "hooked:" + out,
        Optional.of("one"),
        Settings.load("ingest", Optional.empty(), List.of(sets), Map.of()),
        List.of(new RunInput("reports", input.toString())));
  }

  private RunRequest changed(
      Optional<String> runId, Set<String> undecisive, Set<String> unstable, Set<String> keep) {
    RunRequest r = request();
    return new RunRequest(
        r.job(), r.out(), runId, r.settings(), r.inputs(), undecisive, unstable, keep);
  }

  private Run.Published<String> publish(RunRequest request, Run.Work<String> work)
      throws IOException {
    PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return Run.publish(hadoop, new Console(err, err), request, work);
  }

  private static Run.Result<String> write(RunDirectory run) throws IOException {
    run.stage("write");
    run.write("data/result.txt", "a result");
    run.write("log.txt", "took long");
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.putObject("counts").put("read", 1);
    return new Run.Result<>(extra, "done");
  }

  private static void failsWith(ThrowingCallable code, ExitCode exit, String message) {
    assertThatThrownBy(code)
        .isInstanceOfSatisfying(JobFailure.class, e -> assertThat(e.exitCode()).isEqualTo(exit))
        .hasMessageContaining(message);
  }

  private JsonNode json(String file) throws IOException {
    return Json.mapper().readTree(Files.readString(out.resolve("one").resolve(file)));
  }

  @Test
  void publishesFilesWithTheirManifestTimesAndMark() throws IOException {
    RunRequest request = changed(Optional.of("one"), Set.of(), Set.of("log.txt"), Set.of());
    Run.Published<String> run = publish(request, RunTest::write);
    assertThat(run.value()).contains("done");
    assertThat(run.shown("data")).isEqualTo(out + "/one/data");
    JsonNode manifest = json("manifest.json");
    assertThat(manifest.path("job").asText()).isEqualTo("ingest");
    assertThat(manifest.path("run_id").asText()).isEqualTo("one");
    assertThat(manifest.at("/inputs/0/name").asText()).isEqualTo("reports");
    assertThat(manifest.at("/inputs/0/bytes").asLong()).isEqualTo(12);
    assertThat(manifest.at("/counts/read").asInt()).isEqualTo(1);
    assertThat(manifest.at("/versions/radllama").asText()).isNotBlank();
    assertThat(manifest.at("/versions/radllama_commit").asText()).isNotBlank();
    assertThat(manifest.path("outputs").fieldNames())
        .toIterable()
        .containsExactly("data/result.txt");
    assertThat(json("timings.json").path("stages_seconds").has("write")).isTrue();
    assertThat(out.resolve("one").toFile().list())
        .containsExactlyInAnyOrder("data", "log.txt", "manifest.json", "timings.json", "_SUCCESS");
    assertThat(out.resolve("_work")).isEmptyDirectory();
  }

  @Test
  void doesNothingTwice() throws IOException {
    publish(request(), RunTest::write);
    Run.Published<String> again =
        publish(
            request("run.stale-after=1 hour"),
            run -> {
              throw new IllegalStateException("nothing is to be done");
            });
    assertThat(again.value()).isEmpty();
    assertThat(again.shown()).isEqualTo(out + "/one");
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualTo("already done, same inputs and settings: " + out + "/one\n");
  }

  @Test
  void seesThatTheSameRunWasPublishedJustNow() throws IOException {
    HookedFileSystem.before(
        "create",
        "one.lease",
        () -> {
          publish(request(), RunTest::write);
        });
    Run.Published<String> run =
        publish(
            request(),
            directory -> {
              throw new IllegalStateException("nothing is to be done");
            });
    assertThat(run.value()).isEmpty();
    assertThat(out.resolve("_work")).isEmptyDirectory();
  }

  @Test
  void whereAnInputIsDecidesNothingAndIsRecorded() throws IOException {
    publish(request(), RunTest::write);
    assertThat(json("timings.json").at("/inputs/reports/0").asText()).isEqualTo("file:" + input);
    assertThat(json("timings.json").at("/settings/run/stale-after").asText()).isNotEmpty();
    assertThat(Files.readString(out.resolve("one/manifest.json")))
        .doesNotContain(folder.toString(), "stale-after");
    Path moved = Files.createDirectories(folder.resolve("else where")).resolve("other name.txt");
    Files.move(input, moved);
    RunRequest r = request();
    RunInput there = new RunInput("reports", moved.toString());
    RunRequest request = new RunRequest("ingest", r.out(), r.runId(), r.settings(), List.of(there));
    assertThat(publish(request, RunTest::write).value()).isEmpty();
  }

  @Test
  void refusesThePlaceOfAnotherRun() throws IOException {
    publish(request(), RunTest::write);
    failsWith(
        () -> publish(request("limit=3"), RunTest::write),
        ExitCode.TAKEN,
        "was made from other inputs or settings (setting limit): choose another --run-id");
    Files.writeString(input, "something else");
    failsWith(
        () -> publish(request("limit=3"), RunTest::write),
        ExitCode.TAKEN,
        "(input reports, setting limit)");
    Files.delete(out.resolve("one/_SUCCESS"));
    failsWith(() -> publish(request(), RunTest::write), ExitCode.TAKEN, "no published run");
  }

  @Test
  void refusesBadRequests() {
    RunRequest r = request();
    failsWith(
        () ->
            publish(
                new RunRequest("ingest", null, r.runId(), r.settings(), r.inputs()),
                RunTest::write),
        ExitCode.USAGE,
        "--out DIR is missing");
    failsWith(
        () -> publish(changed(Optional.of("../x"), Set.of(), Set.of(), Set.of()), RunTest::write),
        ExitCode.USAGE,
        "--run-id must be letters");
    RunInput missing = new RunInput("reports", folder + "/nothing");
    failsWith(
        () ->
            publish(
                new RunRequest("ingest", r.out(), r.runId(), r.settings(), List.of(missing)),
                RunTest::write),
        ExitCode.INPUT,
        "reports: no such file or directory");
  }

  @Test
  void refusesAPlaceThatWasTakenMeanwhile() throws IOException {
    HookedFileSystem.before(
        "create", "_SUCCESS", () -> Files.createDirectories(out.resolve("one/other")));
    failsWith(() -> publish(request(), RunTest::write), ExitCode.TAKEN, "/one exists already");
    assertThat(out.resolve("one").toFile().list()).containsExactly("other");
    assertThat(work().resolve("data/result.txt")).exists();
  }

  @Test
  void publishesNothingOnceTheLeaseIsLost() throws IOException {
    HookedFileSystem.before(
        "create",
        "_SUCCESS",
        () -> Files.writeString(out.resolve("_work/one.lease"), "{\"owner\":\"another\"}"));
    failsWith(
        () -> publish(request(), RunTest::write),
        ExitCode.BUSY,
        "the lease was lost while working; another run owns one (run.stale-after)");
    assertThat(out.resolve("one")).doesNotExist();
    assertThat(out.resolve("_work/one.lease")).content().contains("another");
  }

  @ParameterizedTest
  @CsvSource({
    "create, _identity.json",
    "create, result.txt",
    "create, manifest.json",
    "delete, _identity.json",
    "create, timings.json",
    "create, _SUCCESS",
    "rename, one"
  })
  void afterAFailureTheNextAttemptPublishesTheSame(String operation, String file)
      throws IOException {
    Path lone = out;
    publish(request(), RunTest::write);
    byte[] expected = Files.readAllBytes(lone.resolve("one/manifest.json"));
    out = folder.resolve("again");
    HookedFileSystem.fail(operation, file);
    assertThatThrownBy(() -> publish(request(), RunTest::write))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the disk is gone");
    assertThat(out.resolve("one")).doesNotExist();
    assertThat(out.resolve("_work/one.lease")).doesNotExist();
    publish(request(), RunTest::write);
    assertThat(out.resolve("one/manifest.json")).hasBinaryContent(expected);
    assertThat(out.resolve("_work/one")).doesNotExist();
  }

  @Test
  void endsWellWhereTheLeaseCannotBeGivenBack() throws IOException {
    HookedFileSystem.fail("delete", "one.lease");
    assertThat(publish(request(), RunTest::write).value()).isPresent();
    assertThat(out.resolve("one/_SUCCESS")).exists();
  }

  /** The one directory that an unfinished run left. */
  private Path work() throws IOException {
    try (Stream<Path> all = Files.list(out.resolve("_work/one"))) {
      return all.reduce((a, b) -> fail("more than one")).orElseThrow();
    }
  }

  private RunRequest at(String runs, String... sets) {
    RunRequest r = request(sets);
    return new RunRequest(r.job(), runs, r.runId(), r.settings(), r.inputs());
  }

  /**
   * It was stopped, another took its lease, and it goes on at any time: before the other is done,
   * and after.
   */
  @Test
  void oneThatLostItsLeaseChangesNothingOfItsSuccessors() throws IOException {
    failsWith(
        () ->
            publish(
                request(),
                stopped -> {
                  write(stopped);
                  Files.delete(out.resolve("_work/one.lease"));
                  publish(
                      request(),
                      successor -> {
                        write(successor);
                        assertThatThrownBy(
                                () ->
                                    Renaming.rename(
                                        stopped.fileSystem(),
                                        stopped.directory(),
                                        new org.apache.hadoop.fs.Path("hooked:" + out, "one")))
                            .isInstanceOf(IOException.class);
                        stopped.write("data/result.txt", "foreign text");
                        stopped.write("data/more.txt", "foreign text");
                        return new Run.Result<>(Json.mapper().createObjectNode(), "done");
                      });
                  stopped.write("data/result.txt", "foreign text");
                  return write(stopped);
                }),
        ExitCode.BUSY,
        "the lease was lost");
    assertThat(out.resolve("one/data/result.txt")).hasContent("a result");
    assertThat(out.resolve("one/data").toFile().list()).containsExactly("result.txt");
    assertThat(out.resolve("_work")).isEmptyDirectory();
    assertThat(publish(request(), RunTest::write).value()).isEmpty();
  }

  /** A file of the manifest may be lost behind a mark that says that all is there. */
  @Test
  void aRunWithFilesMissingIsNotDone() throws IOException {
    publish(request(), RunTest::write);
    Path result = out.resolve("one/data/result.txt");
    Files.writeString(result, "a resul");
    failsWith(
        () -> publish(request(), RunTest::write),
        ExitCode.TAKEN,
        "1 of the 2 files of its manifest are missing or have another length, such as data/result.txt");
    Files.delete(result);
    failsWith(() -> publish(request(), RunTest::write), ExitCode.TAKEN, "are missing");
    Files.writeString(out.resolve("one/manifest.json"), "{");
    failsWith(
        () -> publish(request(), RunTest::write), ExitCode.TAKEN, "its manifest.json is damaged");
  }

  /** By name, before anything is asked of a library that may not be there. */
  @ParameterizedTest
  @ValueSource(strings = {"s3", "gs", "abfss", "hf"})
  void refusesPlacesThatRenameByCopying(String scheme) {
    failsWith(
        () -> publish(at(scheme + "://bucket/runs"), RunTest::write),
        ExitCode.USAGE,
        "--out is on " + scheme + "://");
    hadoop.set("fs.defaultFS", scheme + "://bucket");
    failsWith(() -> publish(at("/runs"), RunTest::write), ExitCode.USAGE, scheme + "://");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 s", "-1 minutes"})
  void refusesALeaseWithoutTime(String time) {
    failsWith(
        () -> publish(request("run.stale-after=" + time), RunTest::write),
        ExitCode.USAGE,
        "run.stale-after is " + time + ", must be longer than 0");
  }

  /** Found out before any work: what renames from one to the other would copy. */
  @Test
  void refusesAWorkDirectoryOnAnotherFileSystem() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory), "no second file system here");
    assumeTrue(!Files.getFileStore(memory).equals(Files.getFileStore(folder)));
    Path elsewhere = Files.createTempDirectory(memory, "radllama");
    try {
      Files.createDirectories(out);
      Files.createSymbolicLink(out.resolve("_work"), elsewhere);
      failsWith(
          () ->
              publish(
                  at(out.toString()),
                  run -> {
                    throw new IllegalStateException("nothing is to be done");
                  }),
          ExitCode.USAGE,
          "are on different file systems");
      assertThat(out.toFile().list()).containsExactly("_work");
    } finally {
      try (Stream<Path> all = Files.walk(elsewhere)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }

  /** For the test below: a run in a process of its own. */
  public static final class Publisher {
    /** Publishes the run of the input, the first argument, into the second. */
    public static void main(String[] args) throws IOException {
      Configuration hadoop = new Configuration();
      if (args.length > 2) {
        hadoop.set("fs.permissions.umask-mode", args[2]);
      }
      RunRequest request =
          new RunRequest(
              "ingest",
              args[1],
              Optional.of("one"),
              Settings.load("ingest", Optional.empty(), List.of(), Map.of()),
              List.of(new RunInput("reports", args[0])));
      Run.publish(hadoop, Console.system(), request, RunTest::write);
    }
  }

  @ParameterizedTest
  @CsvSource({"077,022,rwx------", "027,022,rwxr-x---", "022,077,rwx------", "022,022,rwxr-xr-x"})
  void whatIsPublishedFollowsTheUmask(String umask, String hadoops, String expected)
      throws Exception {
    String java = ProcessHandle.current().info().command().orElseThrow();
    Process process =
        new ProcessBuilder(
                "sh",
                "-c",
                "umask " + umask + "; exec \"$@\"",
                "sh",
                java,
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Publisher.class.getName(),
                input.toString(),
                out.toString(),
                hadoops)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    try (Stream<Path> all = Files.walk(out.resolve("one"))) {
      for (Path each : all.toList()) {
        String file = expected.replace('x', '-');
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
            .as(each.toString())
            .isEqualTo(Files.isDirectory(each) ? expected : file);
      }
    }
  }

  /** Killed while it takes over what is kept, again and again. */
  @ParameterizedTest
  @CsvSource({"create, _identity.json", "rename, step-1", "rename, step-2", "create, log.txt"})
  void aKillWhileItResumesLosesNothing(String operation, String file) throws IOException {
    RunRequest keeping =
        changed(Optional.of("one"), Set.of(), Set.of(), Set.of("checkpoints", "log.txt"));
    assertThatThrownBy(
            () ->
                publish(
                    keeping,
                    run -> {
                      run.write("checkpoints/step-1/w", "hours");
                      run.write("checkpoints/step-2/w", "of work");
                      run.write("log.txt", "two lines");
                      throw new IOException("killed");
                    }))
        .hasMessage("killed");
    for (int i = 0; i < 2; i++) {
      HookedFileSystem.fail(operation, file);
      assertThatThrownBy(() -> publish(keeping, RunTest::write))
          .hasMessageContaining("the disk is gone");
    }
    publish(
        keeping,
        run -> {
          for (String kept : List.of("checkpoints/step-1/w", "checkpoints/step-2/w", "log.txt")) {
            assertThat(run.fileSystem().exists(run.path(kept))).as(kept).isTrue();
          }
          return write(run);
        });
    assertThat(out.resolve("_work")).isEmptyDirectory();
  }

  private static Run.Result<String> interrupted(RunDirectory run) throws IOException {
    run.write("checkpoints/step-1", "hours of work");
    run.write("rest.txt", "not needed");
    throw new IOException("killed");
  }

  @Test
  void goesOnFromWhatIsKeptOfTheSameRunOnly() throws IOException {
    RunRequest keeping = changed(Optional.of("one"), Set.of(), Set.of(), Set.of("checkpoints"));
    assertThatThrownBy(() -> publish(keeping, RunTest::interrupted)).hasMessage("killed");
    Files.writeString(input, "something else");
    RunRequest other = changed(Optional.of("one"), Set.of(), Set.of(), Set.of("checkpoints"));
    failsWith(
        () -> publish(other, RunTest::write),
        ExitCode.TAKEN,
        "a run that was started from other inputs or settings (input reports): choose another --run-id");
    Files.writeString(input, "what is read");
    publish(
        keeping,
        run -> {
          assertThat(run.fileSystem().exists(run.path("checkpoints/step-1"))).isTrue();
          assertThat(run.fileSystem().exists(run.path("rest.txt"))).isFalse();
          return write(run);
        });
  }

  @Test
  void beginsAnewWhereNothingIsKeptOrTheIdentityIsDamaged() throws IOException {
    assertThatThrownBy(() -> publish(request(), RunTest::interrupted)).hasMessage("killed");
    Files.writeString(work().resolve("_identity.json"), "{\"jo");
    publish(
        request(),
        run -> {
          assertThat(run.fileSystem().exists(run.path("checkpoints"))).isFalse();
          return write(run);
        });
    assertThat(json("manifest.json").path("outputs").size()).isEqualTo(2);
  }

  private String derived(Set<String> undecisive, String... sets) throws IOException {
    RunRequest r = request(sets);
    return RunIdentity.of(
            new RunRequest(
                "ingest",
                r.out(),
                Optional.empty(),
                r.settings(),
                r.inputs(),
                undecisive,
                Set.of(),
                Set.of()),
            hadoop,
            Optional.empty())
        .runId();
  }

  @Test
  void derivesTheIdFromAllThatDecides() throws IOException {
    String id = derived(Set.of());
    assertThat(id).matches("ingest-[0-9a-f]{12}");
    assertThat(derived(Set.of(), "run.stale-after=1 hour")).isEqualTo(id);
    assertThat(derived(Set.of(), "limit=3")).isNotEqualTo(id);
    assertThat(derived(Set.of("limit"), "limit=3")).isEqualTo(derived(Set.of("limit")));
    assertThat(derived(Set.of("dedup.near"), "dedup.near=false"))
        .isEqualTo(derived(Set.of("dedup.near")))
        .isNotEqualTo(derived(Set.of("dedup.near"), "dedup.exact=false", "dedup.near=false"));
    Files.writeString(input, "something else");
    assertThat(derived(Set.of())).isNotEqualTo(id);
  }

  @Test
  void namesTheInputsAndSettingsThatDiffer() throws IOException {
    RunIdentity identity = RunIdentity.of(request(), hadoop, Optional.empty());
    assertThat(identity.different(identity.json())).isEmpty();
    assertThat(
            identity.different(RunIdentity.of(request("limit=3"), hadoop, Optional.empty()).json()))
        .contains("setting limit");
    assertThat(identity.different(Json.mapper().createObjectNode())).contains("job unknown");
    ObjectNode other = identity.json();
    ((ObjectNode) other.at("/inputs/0")).put("sha256", "0");
    other.withObject("/configuration").remove("dedup");
    assertThat(identity.different(other).orElseThrow())
        .matches(
            "input reports, (setting dedup[.][a-z.-]+, ){3}setting dedup[^ ]+, and [0-9]+ more");
  }

  /** What a published run, changed by hand, is to a job that reads it. */
  private String digestOf(UnaryOperator<String> manifest) throws IOException {
    Path file = out.resolve("one/manifest.json");
    String before = Files.readString(file);
    Files.writeString(file, manifest.apply(before));
    RunRequest r = request();
    RunInput run = new RunInput("dataset", out + "/one");
    ObjectNode identity =
        RunIdentity.of(
                new RunRequest("train", r.out(), r.runId(), r.settings(), List.of(run)),
                hadoop,
                Optional.empty())
            .json();
    Files.writeString(file, before);
    return identity.at("/inputs/0/sha256").asText();
  }

  @Test
  void ofAPublishedRunOnlyWhatItsManifestListsDecides() throws IOException {
    publish(changed(Optional.of("one"), Set.of(), Set.of("log.txt"), Set.of()), RunTest::write);
    String digest = digestOf(manifest -> manifest);
    Files.writeString(out.resolve("one/timings.json"), "{}");
    Files.writeString(out.resolve("one/log.txt"), "took longer");
    assertThat(digestOf(manifest -> manifest)).isEqualTo(digest);
    String commit = "\"radllama_commit\" : \"";
    assertThat(digestOf(manifest -> manifest.replace(commit, commit + "f"))).isEqualTo(digest);
    assertThat(digestOf(manifest -> manifest.replace("\"read\" : 1", "\"read\" : 2")))
        .isNotEqualTo(digest);
    Files.writeString(out.resolve("one/data/result.txt"), "b result");
    assertThat(digestOf(manifest -> manifest)).isNotEqualTo(digest);
  }
}
