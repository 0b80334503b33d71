package org.radllama.run;

import java.io.PrintStream;

/** The only place that prints. Results go to standard output, everything else to standard error. */
public final class Console {
  private final PrintStream out;
  private final PrintStream err;

  Console(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The process's own streams. */
  public static Console system() {
    return new Console(System.out, System.err);
  }

  /** One line of a result. */
  public void result(String line) {
    out.println(line);
    out.flush();
  }

  /** One line for the person at the terminal. */
  public void line(String line) {
    err.println(line);
    err.flush();
  }

  /** Overwrites the terminal's current line. */
  void overwrite(String line) {
    err.print("\r\u001b[K" + line);
    err.flush();
  }

  /** Whether a person is looking. From JDK 22 on there is a console without one too. */
  @SuppressWarnings("SystemConsoleNull")
  static boolean interactive() {
    return System.console() != null && System.getenv("CI") == null;
  }
}
