package org.radllama.ingest.synthetic;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.kohsuke.args4j.CmdLineException;
import org.kohsuke.args4j.CmdLineParser;
import org.kohsuke.args4j.Option;
import org.radllama.run.Console;
import org.radllama.run.ExitCode;

/** Writes a synthetic corpus to a local directory: {@code mimic-cxr/} and {@code openi/}. */
public final class SyntheticMain {
  @Option(name = "--out", required = true, metaVar = "DIR", usage = "where to write")
  private Path out;

  @Option(name = "--mimic-cxr", metaVar = "N", usage = "studies in MIMIC-CXR's layout")
  private int mimicCxr = 2000;

  @Option(name = "--openi", metaVar = "N", usage = "reports in OpenI's XML")
  private int openI = 600;

  @Option(name = "--seed", metaVar = "S", usage = "the same seed gives the same files")
  private long seed = 7;

  @Option(name = "--help", aliases = "-h", help = true, usage = "print this and stop")
  private boolean help;

  private SyntheticMain() {}

  /** Runs as a process; exits 2 on bad flags. */
  public static void main(String[] args) throws IOException {
    SyntheticMain main = new SyntheticMain();
    CmdLineParser parser = new CmdLineParser(main);
    try {
      parser.parseArgument(args);
    } catch (CmdLineException e) {
      Console.system().line("radllama synthetic: " + e.getMessage());
      System.exit(ExitCode.USAGE.code());
    }
    if (main.help) {
      StringWriter usage = new StringWriter();
      parser.printUsage(usage, null);
      Console.system().result("usage: synthetic FLAGS\n" + usage);
      return;
    }
    SyntheticCorpus corpus = new SyntheticCorpus(main.seed);
    corpus.writeMimicCxr(main.out.resolve("mimic-cxr"), main.mimicCxr);
    corpus.writeOpenI(main.out.resolve("openi"), main.openI);
  }
}
