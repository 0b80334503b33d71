package org.radllama.fuzz;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Lets Jazzer, which is guided by the code that an input reaches, choose the bytes of a {@link
 * Fuzz}'s file. A target is one call of {@link Fuzz#run} in a test class, by its number: {@code
 * -Dradllama.fuzz.class=NAME -Dradllama.fuzz.target=N}, from 1. {@code deploy/security/fuzz} runs
 * each of them.
 */
public final class Guided {
  private static final String CLASS = System.getProperty("radllama.fuzz.class", "");
  private static final int TARGET = Integer.getInteger("radllama.fuzz.target", 0);
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private static final AtomicInteger CALLS = new AtomicInteger();
  private static final SynchronousQueue<Input> CHOSEN = new SynchronousQueue<>();

  private static Input input;

  private Guided() {}

  /** Reads one input, as {@link Fuzz} does. */
  interface Input {
    void read(byte[] bytes) throws IOException;
  }

  /** Whether this process lists targets or runs one, and no test. */
  static boolean isOn() {
    return !CLASS.isEmpty();
  }

  /** Called by {@link Fuzz#run}; does not return from the call that is the target. */
  static void offer(Path file, byte[] seedBytes, Input reader) throws IOException {
    int number = CALLS.incrementAndGet();
    if (TARGET == 0) {
      OUT.println(number + " " + file.getFileName());
    } else if (number == TARGET) {
      Path seeds = Path.of(System.getProperty("radllama.fuzz.seeds"));
      Files.write(Files.createDirectories(seeds).resolve("seed"), seedBytes);
      try {
        CHOSEN.put(reader);
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
  }

  private static void runTests() {
    LauncherFactory.create()
        .execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(CLASS)).build());
  }

  /** Prints the number and the file of each target. */
  public static void main(String[] args) {
    runTests();
  }

  /** Called by Jazzer before it reads the seeds. */
  public static void fuzzerInitialize() throws InterruptedException {
    Thread tests = new Thread(Guided::runTests, "tests");
    tests.setDaemon(true);
    tests.start();
    input = CHOSEN.poll(2, TimeUnit.MINUTES);
    if (input == null) {
      throw new IllegalStateException(CLASS + " has no target " + TARGET);
    }
  }

  /** Called by Jazzer for each input. */
  public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
    input.read(bytes);
  }
}
