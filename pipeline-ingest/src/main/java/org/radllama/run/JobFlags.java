package org.radllama.run;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kohsuke.args4j.Option;

/** The flags that every job has. A job's own flags are a subclass. */
public class JobFlags {
  @Option(
      name = "--config",
      metaVar = "FILE",
      usage = "a file of settings, which override the defaults")
  public String config;

  @Option(
      name = "--out",
      metaVar = "DIR",
      usage = "where the run directory is published (required, except with --dry-run)")
  public String out;

  @Option(
      name = "--run-id",
      metaVar = "ID",
      usage = "name of the run directory (default: derived from inputs and settings)")
  public String runId;

  @Option(
      name = "--set",
      metaVar = "KEY=VALUE",
      usage = "one setting, which overrides --config; may be repeated")
  public List<String> set = new ArrayList<>();

  @Option(name = "--dry-run", usage = "print the plan and stop")
  public boolean dryRun;

  @Option(name = "--show-text", usage = "allow words of reports (patient data) in the HTML")
  public boolean showText;

  @Option(name = "--help", aliases = "-h", help = true, usage = "print this and stop")
  public boolean help;

  /**
   * The flags that are settings, by configuration path. All that can change a result belongs here,
   * so that the effective configuration tells the whole of it.
   */
  protected Map<String, Object> overlay() {
    return new LinkedHashMap<>();
  }

  /** A call that works, as it is typed behind {@code radllama}; {@code --help} ends with it. */
  protected String example() {
    return "COMMAND --out runs";
  }

  /** The parts of a flag such as {@code A,B}, without blanks around them. */
  protected static List<String> list(String flag) {
    return Arrays.stream(flag.split(",")).map(String::strip).filter(p -> !p.isEmpty()).toList();
  }
}
