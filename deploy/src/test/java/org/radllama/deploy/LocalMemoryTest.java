package org.radllama.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How much memory deploy/local/radllama gives to a job. */
class LocalMemoryTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("radllama.root"), "deploy/local/radllama");

  @TempDir Path root;

  /** What a function of the script prints, or the exit code that it fails with. */
  private static String call(String function, String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-c",
                "set -euo pipefail; fail() { exit \"$1\"; };"
                    + " eval \"$(sed -n '/^[a-z_]*() {/,/^}/p' \"$1\" | sed '/^submit()/,$d')\"; \"${@:2}\"",
                "bash",
                SCRIPT.toString(),
                function));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return code == 0 ? said.strip() : "exit " + code;
  }

  private void write(String path, String text) throws Exception {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void isWhatTheTightestContainerMayTake() throws Exception {
    write("proc/meminfo", "MemTotal:       16777216 kB\n");
    assertThat(call("memory_mib", root.toString())).isEqualTo("16384");
    write("proc/self/cgroup", "0::/pods/one/main\n");
    write("sys/fs/cgroup/pods/one/main/memory.max", "max\n");
    write("sys/fs/cgroup/pods/one/memory.max", "2147483648\n");
    write("sys/fs/cgroup/pods/memory.max", "8589934592\n");
    assertThat(call("memory_mib", root.toString())).isEqualTo("2048");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1073741824\n");
    assertThat(call("memory_mib", root.toString())).isEqualTo("1024");
  }

  @ParameterizedTest
  @CsvSource({"800, 512m", "1500, 750m", "3000, 1024m", "16384, 4096m", "262144, 31744m"})
  void theHeapIsAQuarterOfIt(String mib, String heap) throws Exception {
    assertThat(call("default_heap", mib)).isEqualTo(heap);
  }

  @ParameterizedTest
  @CsvSource({
    "1g, 2048, 1920m",
    "1g, 16384, 4096m",
    "3g, 8192, 7680m",
    "512m, 800, 750m",
    "4g, 4096, exit 5",
    "4x, 4096, exit 2"
  })
  void theProcessTakesNoMoreThanThereIs(String heap, String mib, String limit) throws Exception {
    assertThat(call("physical_limit", heap, mib)).isEqualTo(limit);
  }
}
