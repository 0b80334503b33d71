package org.radllama.ingest.privacy;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Tells ids that a study gave to its reports and patients from those that a hospital knows. */
public final class IdForms {
  /** Long numbers, also behind letters and a year: MRN0012345, A-2024-0012345, 1234567-12. */
  private static final Pattern RECORD =
      Pattern.compile(
          "(?:\\p{L}{1,6}[-_.]?(?:\\d{2,4}[-_./])?\\d{5,12}|(?:\\d{2,4}[-_./])?\\d{7,12})(?:[-_.]?\\p{L}{1,3})?(?:[-_.]\\d{1,4})?");

  private static final Pattern DAY =
      Pattern.compile("(?:19|20)\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])");

  /** As DICOM writes it, or words that begin with a capital. */
  private static final Pattern NAME =
      Pattern.compile(
          "\\p{L}[\\p{L}'-]{1,30}[\\^,]\\p{L}.{0,60}|\\p{Lu}\\p{Ll}{1,20}(?:[_.-]\\p{Lu}\\p{Ll}{1,20}){1,3}");

  private IdForms() {}

  /**
   * What an id looks like; empty where nothing of the kind, as for {@code r12}, a UUID or a digest.
   * What only looks so may be made up.
   *
   * @param id without its source
   */
  public static Optional<Identifier> of(String id) {
    if (DAY.matcher(id).matches()) {
      return Optional.of(Identifier.DATE);
    }
    List<Hit> hits = IdentifierScan.hits(id, EnumSet.allOf(Identifier.class));
    if (hits.size() == 1 && hits.get(0).start() == 0 && hits.get(0).end() == id.length()) {
      return Optional.of(hits.get(0).kind());
    }
    if (NAME.matcher(id).matches()) {
      return Optional.of(Identifier.NAME);
    }
    return RECORD.matcher(id).matches() ? Optional.of(Identifier.RECORD) : Optional.empty();
  }
}
