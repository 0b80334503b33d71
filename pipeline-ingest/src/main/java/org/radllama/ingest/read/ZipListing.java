package org.radllama.ingest.read;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.radllama.ingest.format.ZipMember;
import org.radllama.ingest.read.SourceListing.Found;
import org.radllama.ingest.record.Reason;
import org.radllama.run.JobFailure;

/** Tells the reports of a zip archive from what must not or need not be unpacked. */
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
   * @throws JobFailure exit 3 when the archive is a bomb
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
      EntryName name = EntryName.of(kind, member.name());
      if (name == EntryName.UNSAFE) {
        found.add(refused(member, Reason.UNSAFE_ENTRY, "its name leads outside"));
      } else if (overlapping.contains(member)) {
        found.add(refused(member, Reason.UNSAFE_ENTRY, "shares bytes with another entry"));
      } else if (member.isFolder()) {
        continue;
      } else if (member.problem() != null) {
        found.add(refused(member, Reason.UNSAFE_ENTRY, member.problem()));
      } else if (name == EntryName.OTHER) {
        found.add(refused(member, Reason.NOT_A_REPORT, ""));
      } else {
        // Larger ones are rejected unopened.
        total += member.size() <= settings.maxReportBytes() ? member.size() : 0;
        found.add(new Found(path, member.compressed(), new SourceFile.InZip(member)));
      }
    }
    if (total > settings.maxArchiveBytes()) {
      throw JobFailure.input(
          "--%s: %s unpacks to more than %d bytes (read.max-archive-bytes)"
              .formatted(kind.flag(), path, settings.maxArchiveBytes()));
    }
    return found;
  }

  private Found refused(ZipMember member, Reason reason, String detail) {
    return Found.refused(path, member.name(), reason, detail);
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
