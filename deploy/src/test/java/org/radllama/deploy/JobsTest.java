package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.run.ExitCode;

/** Every command of the launcher is a job with a main, which both submit scripts accept. */
class JobsTest {
  private static final Path DEPLOY = Path.of(System.getProperty("radllama.root")).resolve("deploy");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir Path folder;

  /** It writes down how it was called; a resource manager always answers. */
  @BeforeEach
  void sparkSubmit() throws IOException {
    Files.createDirectories(folder.resolve("spark/bin"));
    script("spark-submit", "printf '%s\\n' \"$@\" >\"" + folder + "/called\"");
    script("spark-class", "exit 0");
    Files.createFile(folder.resolve("yarn-site.xml"));
  }

  private void script(String name, String body) throws IOException {
    Path script = folder.resolve("spark/bin").resolve(name);
    Files.writeString(script, "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private LoggedProcess run(String... command) throws IOException {
    return LoggedProcess.start(
        folder.resolve("log"),
        Map.of(
            "SPARK_HOME",
            folder.resolve("spark").toString(),
            "JAVA_HOME",
            System.getProperty("java.home"),
            "HADOOP_CONF_DIR",
            folder.toString(),
            "RADLLAMA_JARS",
            "hdfs://nn/apps",
            "RADLLAMA_MASTER",
            "k8s://https://api.example:6443",
            "RADLLAMA_IMAGE",
            "registry.example/radllama:1"),
        List.of(command));
  }

  @Test
  void theLaunchersCommandsAreTheJobs() throws Exception {
    LoggedProcess help = run(DEPLOY.resolve("local/radllama").toString(), "--help");
    assertThat(help.await(PATIENCE)).as(help.output()).isZero();
    String list = help.output().split("radllama COMMAND --help", 2)[0];
    List<String> commands =
        Pattern.compile("(?m)^  ([a-z]+) ").matcher(list).results().map(m -> m.group(1)).toList();
    List<String> expected = new ArrayList<>(List.of("demo")); // a script that calls the others
    Jobs.all().forEach(job -> expected.add(job.command()));
    assertThat(commands).isEqualTo(expected).contains("ingest", "gate", "study");
  }

  @Test
  void bothSubmitScriptsAcceptEveryJob() throws Exception {
    assertThat(Jobs.all()).hasSizeGreaterThanOrEqualTo(8);
    for (Jobs.Job job : Jobs.all()) {
      for (String target : List.of("yarn", "kubernetes")) {
        Path called = folder.resolve("called");
        Files.deleteIfExists(called);
        LoggedProcess submit =
            run(DEPLOY.resolve(target + "/submit").toString(), job.command(), "--x");
        submit.await(PATIENCE);
        assertThat(called).as(submit.output()).exists();
        List<String> words = Files.readAllLines(called);
        assertThat(words).containsSubsequence("--class", job.mainClass());
        assertThat(words.get(words.size() - 2))
            .matches("(hdfs|local)://.*/pipeline-" + job.module() + "-(.*-)?job\\.jar");
        assertThat(words.get(words.size() - 1)).isEqualTo("--x");
      }
    }
  }

  @Test
  void everyJobHasItsMain() throws Exception {
    for (Jobs.Job job : Jobs.all()) {
      assertThat(Class.forName(job.mainClass()).getMethod("main", String[].class)).isNotNull();
    }
  }

  /** Whoever decides by a code, in a script, a DAG or a head, knows all there are. */
  @Test
  void everyExitCodeIsKnownWhereCodesAreRead() throws IOException {
    String yarn = Files.readString(DEPLOY.resolve("yarn/submit"));
    String airflow = Files.readString(DEPLOY.resolve("airflow/radllama_dags/codes.py"));
    String help = Files.readString(DEPLOY.resolve("jobs.sh"));
    for (ExitCode code : ExitCode.values()) {
      int number = code.code();
      assertThat(help).containsPattern("[\" \n]" + number + " [a-z]");
      if (code != ExitCode.DONE) {
        assertThat(yarn)
            .containsPattern("\n    [0-9| ]*\\b" + number + "\\b[0-9| ]*\\) echo \"\\$code\"");
        assertThat(airflow).containsPattern("\n[A-Z, ]+ = [0-9, ]*\\b" + number + "\\b");
        assertThat(airflow).contains("\n    " + code + ": \"");
      }
    }
  }
}
