package org.radllama.ingest.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.failure.BadInputException;
import org.radllama.ingest.format.ZipMember;
import org.radllama.ingest.read.SourceListing.Found;
import org.radllama.ingest.record.Outcome;
import org.radllama.ingest.record.Reason;

/** Separates the reports of a zip archive from what must not or need not be unpacked. */
final class ZipListing {
  private final SourceKind kind;
  private final String path;
  private final ReadSettings settings;

  ZipListing(SourceKind kind, String path, ReadSettings settings) {
    this.kind = kind;
    this.path = path;
    this.settings = settings;
  }

  /**
   * The members in the order of their names, folders left out.
   *
   * @throws BadInputException when the archive is a bomb
   */
  List<Found> list(List<ZipMember> members) {
    Set<ZipMember> overlapping = overlapping(members);
    List<ZipMember> sorted = new ArrayList<>(members);
    sorted.sort(
        Comparator.comparing(ZipMember::name, NaturalOrder.INSTANCE)
            .thenComparing(ZipMember::offset));
    List<Found> found = new ArrayList<>();
    long total = 0;
    for (ZipMember member : sorted) {
      String problem =
          overlapping.contains(member)
              ? "shares bytes with another entry"
              : member.isFolder() ? null : member.problem();
      Outcome<String> name = EntryName.judge(kind, member.name(), problem);
      if (name.isKept()) {
        // Larger ones are rejected unopened.
        total += member.size() <= settings.maxReportBytes() ? member.size() : 0;
        found.add(new Found(path, member.compressed(), new SourceFile.InZip(member)));
      } else if (!member.isFolder() || name.rejection().reason() != Reason.NOT_A_REPORT) {
        found.add(
            Found.refused(
                path, member.name(), name.rejection().reason(), name.rejection().detail()));
      }
    }
    if (total > settings.maxArchiveBytes()) {
      throw new BadInputException(
          "--%s: %s unpacks to more than %d bytes (read.max-archive-bytes)",
          kind.flag(), path, settings.maxArchiveBytes());
    }
    return found;
  }

  /** Members whose bytes others claim too, the way a small archive becomes endless. */
  private static Set<ZipMember> overlapping(List<ZipMember> members) {
    List<ZipMember> placed = new ArrayList<>(members);
    placed.sort(Comparator.comparingLong(ZipMember::offset));
    Set<ZipMember> overlapping = new HashSet<>();
    ZipMember furthest = null;
    for (ZipMember member : placed) {
      if (furthest != null && member.offset() < furthest.end()) {
        overlapping.add(furthest);
        overlapping.add(member);
      }
      furthest = furthest == null || member.end() > furthest.end() ? member : furthest;
    }
    return overlapping;
  }
}
