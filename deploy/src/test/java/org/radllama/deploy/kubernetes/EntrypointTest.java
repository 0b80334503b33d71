package org.radllama.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.radllama.deploy.LoggedProcess;

/**
 * The image's entrypoint.sh for a user that the machine does not know, as OpenShift chooses one.
 */
class EntrypointTest {
  private static final String NOBODYS = "1000620000";
  private static final Path LIBRARY = Path.of("/usr/lib/x86_64-linux-gnu/libnss_wrapper.so");

  @TempDir Path scratch;
  private Path entrypoint;

  @BeforeEach
  void asRoot() throws IOException {
    assumeTrue(
        "root".equals(System.getProperty("user.name"))
            && Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "to become another user takes root and setpriv");
    entrypoint = scratch.resolve("entrypoint.sh");
    Files.copy(Manifests.FOLDER.resolve("entrypoint.sh"), entrypoint);
    for (Path path : List.of(scratch, entrypoint)) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
  }

  @Test
  void aUserWithoutANameGetsOne() throws Exception {
    assumeTrue(Files.exists(LIBRARY), "no " + LIBRARY + " (apt-get install libnss-wrapper)");
    LoggedProcess shown = run(Map.of(), "sh", "-c", "id -un; getent passwd " + NOBODYS);
    assertThat(shown.await(Duration.ofMinutes(1))).as(shown.output()).isZero();
    assertThat(shown.output().lines())
        .containsExactly(
            "radllama-" + NOBODYS,
            "radllama-" + NOBODYS + ":x:" + NOBODYS + ":0::/work:/usr/sbin/nologin");
  }

  /** Hadoop's login asks the JDK for the name, and fails where there is none. */
  @Test
  void javaKnowsTheName() throws Exception {
    assumeTrue(Files.exists(LIBRARY), "no " + LIBRARY + " (apt-get install libnss-wrapper)");
    Path source = scratch.resolve("Login.java");
    Files.writeString(
        source,
        """
        class Login {
          public static void main(String[] none) throws Exception {
            String name = new com.sun.security.auth.module.UnixSystem().getUsername() + "\\n";
            new java.io.FileOutputStream(java.io.FileDescriptor.out).write(name.getBytes());
          }
        }
        """);
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    LoggedProcess shown = run(Map.of(), java, "-Xmx128m", source.toString());
    assertThat(shown.await(Duration.ofMinutes(2))).as(shown.output()).isZero();
    assertThat(shown.output()).isEqualTo("radllama-" + NOBODYS + "\n");
  }

  @Test
  void withoutTheLibraryItSaysSo() throws Exception {
    LoggedProcess refused = run(Map.of("LIBRARIES", scratch.toString()), "true");
    assertThat(refused.await(Duration.ofMinutes(1))).isEqualTo(5);
    assertThat(refused.output())
        .isEqualTo(
            "entrypoint: user %s has no name here, and there is no libnss_wrapper.so to give it one\n"
                .formatted(NOBODYS));
  }

  @Test
  void aUserWithANameIsLeftAlone() throws Exception {
    LoggedProcess left =
        LoggedProcess.start(
            scratch.resolve("output"),
            Map.of("LIBRARIES", scratch.toString()),
            List.of(entrypoint.toString(), "sh", "-c", "echo \"[${LD_PRELOAD:-}]\""));
    assertThat(left.await(Duration.ofMinutes(1))).as(left.output()).isZero();
    assertThat(left.output()).isEqualTo("[]\n");
  }

  private LoggedProcess run(Map<String, String> environment, String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("setpriv", "--reuid", NOBODYS, "--regid", "0", "--clear-groups", "--"));
    words.add(entrypoint.toString());
    words.addAll(List.of(command));
    return LoggedProcess.start(scratch.resolve("output"), environment, words);
  }
}
