package org.radllama.ingest.read;

import java.util.Locale;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** What the name of an archive's entry says. */
enum EntryName {
  /** A report of the kind that is read. */
  REPORT,
  /** Something else. */
  OTHER,
  /** A name that leads out of the archive's folder, or tries to. */
  UNSAFE;

  static final String SPECIAL_FILE = "a link or another special file";

  private static final Pattern STUDY = Pattern.compile("(?:.*/)?p[0-9]{2}/p[0-9]+/s[0-9]+\\.txt");
  private static final Pattern OUTSIDE = Pattern.compile("/.*|[A-Za-z]:.*|(?:.*/)?\\.\\.(?:/.*)?");

  /** Judges a name, whatever folders an archive has in front. */
  static EntryName of(SourceKind kind, String name) {
    boolean strange = name.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c));
    if (name.isEmpty() || strange || OUTSIDE.matcher(name).matches()) {
      return UNSAFE;
    }
    boolean report = kind == SourceKind.OPENI_XML ? isXml(name) : STUDY.matcher(name).matches();
    return report ? REPORT : OTHER;
  }

  /**
   * The name of an entry that may be read as a report, or why not.
   *
   * @param problem why an entry must not be read whatever its name, or null
   */
  static Outcome<String> judge(SourceKind kind, String name, String problem) {
    EntryName judged = of(kind, name);
    if (judged == UNSAFE || problem != null) {
      return Outcome.rejected(
          Reason.UNSAFE_ENTRY, judged == UNSAFE ? "its name leads outside" : problem);
    }
    return judged == REPORT ? Outcome.kept(name) : Outcome.rejected(Reason.NOT_A_REPORT, "");
  }

  /** Whether a file is XML by its name; files that macOS hides beside it are not. */
  static boolean isXml(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    return name.endsWith(".xml") && !name.startsWith(".");
  }
}
