package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.util.ShutdownHookManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Processes that end while a job works, for one reason or another. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class SignalsTest {
  /** A job that fails because its process ends: by a signal, or by a library's exit. */
  static final class Ending {
    public static void main(String[] args) throws Exception {
      CountDownLatch failed = new CountDownLatch(1);
      ShutdownHookManager.get().addShutdownHook(() -> await(failed), 100, 30, TimeUnit.SECONDS);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> {}));
      JobMain.run(
          "ingest",
          new JobFlags(),
          new String[0],
          (context, flags) -> {
            if (args[0].equals("signal")) {
              new ProcessBuilder("kill", "-TERM", "" + ProcessHandle.current().pid()).start();
            } else {
              new Thread(() -> System.exit(1)).start();
            }
            while (!ShutdownHookManager.get().isShutdownInProgress()) {
              Thread.sleep(5);
            }
            new Thread(
                    () -> {
                      await(new CountDownLatch(1), 1);
                      failed.countDown();
                    })
                .start();
            throw new IllegalStateException("PATIENT");
          });
    }

    private static void await(CountDownLatch latch) {
      await(latch, 30);
    }

    private static void await(CountDownLatch latch, int seconds) {
      try {
        latch.await(seconds, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static String said(String how, int code) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Ending.class.getName(),
                how)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(code);
    return said;
  }

  @Test
  void aSignalInterrupts() throws Exception {
    assertThat(said("signal", 143))
        .contains("radllama ingest: interrupted")
        .doesNotContain("a library", "PATIENT");
  }

  @Test
  void whatALibraryEndsIsNotCalledInterrupted() throws Exception {
    assertThat(said("exit", 1))
        .contains("radllama ingest: a library, most likely Spark, ended this process")
        .doesNotContain("interrupted", "PATIENT");
  }
}
