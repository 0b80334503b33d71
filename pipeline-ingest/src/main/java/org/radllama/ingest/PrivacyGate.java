package org.radllama.ingest;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.radllama.ingest.privacy.Found;
import org.radllama.ingest.privacy.Identifier;
import org.radllama.ingest.privacy.PrivacyPolicy;
import org.radllama.ingest.publish.IngestTally;
import org.radllama.ingest.store.ReportEntry;
import org.radllama.run.JobFailure;

/** Lets no dataset out that is not de-identified. */
final class PrivacyGate {
  private static final int PLACES = 3;

  private PrivacyGate() {}

  /**
   * Checks the reports that are to be published.
   *
   * @throws JobFailure exit 3 where identifiers are left in more than the allowed share of them,
   *     with counts by kind and a few places, which it does not quote
   */
  static void check(PrivacyPolicy policy, IngestTally tally, List<ReportEntry> published) {
    if (tally.withIdentifiers() <= policy.maxShare() * tally.kept()) {
      return;
    }
    String kinds =
        Arrays.stream(Identifier.values())
            .filter(kind -> tally.identifiers(kind) > 0)
            .map(kind -> format("%s %d", kind.label(), tally.identifiers(kind)))
            .collect(Collectors.joining(", "));
    throw JobFailure.input(
        format(
            "%d of %d reports to be published hold what looks like identifiers (%s), more than the share of %s that privacy.max-share allows;"
                + " for instance %s. privacy.mask = all puts %s in their place, privacy.kinds says what is looked for",
            tally.withIdentifiers(),
            tally.kept(),
            kinds,
            policy.maxShare(),
            places(published),
            PrivacyPolicy.MASK));
  }

  /** What to say of ids that look like a hospital's own and are published as they are. */
  static Optional<String> warning(IngestTally tally) {
    return tally
        .idForms()
        .map(
            forms ->
                forms
                    + " and are published as they are. If a hospital knows them by these, set reports.hash-ids = true and reports.hash-salt");
  }

  /** The first place of each kind. */
  private static String places(List<ReportEntry> published) {
    Set<Identifier> seen = EnumSet.noneOf(Identifier.class);
    List<String> places = new ArrayList<>();
    for (ReportEntry entry : published) {
      for (Found found : entry.identifiers()) {
        if (!found.masked() && places.size() < PLACES && seen.add(found.kind())) {
          places.add(
              format(
                  "%s in %s of %s at characters %d to %d",
                  found.kind().label(),
                  found.column().label(),
                  entry.order().id(),
                  found.start(),
                  found.end()));
        }
      }
    }
    return String.join(", ", places);
  }
}
