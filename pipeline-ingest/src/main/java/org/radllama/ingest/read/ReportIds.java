package org.radllama.ingest.read;

import java.util.regex.Pattern;
import org.radllama.text.Whitespace;

/** How published files name reports, and the one name that each has here. */
public final class ReportIds {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  private static final int MAX_LENGTH = 128;

  private ReportIds() {}

  /**
   * The id of a report: {@code openi/CXR12} for 12 or CXR12 of OpenI, {@code mimic-cxr/s50414267}
   * for 50414267 or s50414267 of MIMIC-CXR, otherwise {@code SOURCE/RAW}. An id that has the source
   * in front already stays.
   */
  public static String of(String source, String raw) {
    String bare = Whitespace.strip(raw);
    if (bare.startsWith(source + "/")) {
      return bare;
    }
    if (DIGITS.matcher(bare).matches()) {
      long number = Long.parseLong(bare);
      if (source.equals(SourceKind.OPENI_XML.source())) {
        return source + "/CXR" + number;
      }
      if (source.equals(SourceKind.MIMIC_CXR.source())) {
        return source + "/s" + number;
      }
    }
    return source + "/" + bare;
  }

  /**
   * Whether a raw id or patient can be one: 1 to 128 characters, none of them white space or a
   * control character. Report text that stands where an id should hardly passes.
   */
  public static boolean isValid(String raw) {
    return !raw.isEmpty()
        && raw.length() <= MAX_LENGTH
        && raw.chars().noneMatch(c -> Whitespace.is(c) || Character.isISOControl(c));
  }

  /** The part behind the source. */
  public static String bare(String id) {
    return id.substring(id.indexOf('/') + 1);
  }
}
