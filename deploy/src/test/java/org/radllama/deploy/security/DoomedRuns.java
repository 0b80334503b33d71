package org.radllama.deploy.security;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkUserAppException;

/**
 * The main of a submission that runs several jobs one after the other, since a process for each
 * would take long. Reads a file with a line for each: the exit code that it must have, its class
 * and its arguments, between tabs. Exits 1 when one has another.
 */
public final class DoomedRuns {
  private DoomedRuns() {}

  /** Runs as a process. */
  public static void main(String[] args) throws Exception {
    // In cluster mode a job throws its code instead of exiting with it.
    System.setProperty("spark.submit.deployMode", "cluster");
    PrintStream out = System.out;
    boolean right = true;
    List<String> lines = Files.readAllLines(Path.of(args[0]));
    for (int i = 0; i < lines.size(); i++) {
      String[] words = lines.get(i).split("\t");
      int code = code(words[1], Arrays.copyOfRange(words, 2, words.length));
      out.println(
          String.format(
              Locale.ROOT, "run %d of %s: exit %d, expected %s", i, words[1], code, words[0]));
      right &= words[0].equals(Integer.toString(code));
    }
    System.exit(right ? 0 : 1);
  }

  private static int code(String job, String[] args) throws Exception {
    try {
      // Its jar is one that spark-submit added.
      Class.forName(job, true, Thread.currentThread().getContextClassLoader())
          .getMethod("main", String[].class)
          .invoke(null, (Object) args);
      return 0;
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SparkUserAppException exit) {
        return exit.exitCode();
      }
      throw e;
    }
  }
}
