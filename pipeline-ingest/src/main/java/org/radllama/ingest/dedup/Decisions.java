package org.radllama.ingest.dedup;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.dataset.Fingerprint;

/**
 * Decides about every report, given the near pairs of their texts. Clusters are connected over all
 * splits. Held-out reports stay. Of train's reports those that leak go first, if they are to be
 * removed; of the others in a cluster the first in the order of {@link Member#order} survives.
 */
public final class Decisions {
  private final List<Member> members;
  private final TextTable table;
  private final NearPairs found;
  private final DedupPolicy policy;
  private final int[] clusterOf;
  private final int[] firstOfCluster;
  private final int[] survivorOfText;
  private final int[] survivorOfCluster;
  private final List<Verdict> verdicts = new ArrayList<>();
  private final List<Verdict.Leak> leaks = new ArrayList<>();

  /**
   * Decides.
   *
   * @param members all reports, sorted by their order, as the table was made of them
   */
  public Decisions(List<Member> members, TextTable table, NearPairs found, DedupPolicy policy) {
    this.members = members;
    this.table = table;
    this.found = found;
    this.policy = policy;
    UnionFind sets = found.clusters(table.size());
    this.clusterOf = new int[table.size()];
    Arrays.setAll(clusterOf, sets::find);
    this.firstOfCluster = none(table.size());
    this.survivorOfText = none(table.size());
    this.survivorOfCluster = none(table.size());
    for (int m = 0; m < members.size(); m++) {
      elect(m);
    }
    for (int m = 0; m < members.size(); m++) {
      decide(m);
    }
  }

  /** What happens to each member, in their order. */
  public List<Verdict> verdicts() {
    return verdicts;
  }

  /** Held-out reports with a neighbour in train, in their order. */
  public List<Verdict.Leak> leaks() {
    return leaks;
  }

  /** The clusters counted. */
  public Clustering clustering() {
    return Clustering.of(table, found, clusterOf);
  }

  /**
   * The first reports of the largest clusters with their sizes, largest first.
   *
   * @param near whether of clusters; else of equal texts
   * @param most how many
   */
  public List<Group> largest(boolean near, int most) {
    int[] reports = new int[table.size()];
    int[] texts = new int[table.size()];
    int[] first = none(table.size());
    for (int m = 0; m < members.size(); m++) {
      int group = near ? clusterOf[table.textOf(m)] : table.textOf(m);
      reports[group]++;
      first[group] = first[group] == TextTable.NONE ? m : first[group];
    }
    for (int text = 0; text < table.size(); text++) {
      texts[near ? clusterOf[text] : text]++;
    }
    List<Group> groups = new ArrayList<>();
    for (int g = 0; g < table.size(); g++) {
      if (reports[g] > 1) {
        groups.add(new Group(first[g], members.get(first[g]).text(), reports[g], texts[g]));
      }
    }
    groups.sort(
        (a, b) -> a.reports() != b.reports() ? b.reports() - a.reports() : a.first() - b.first());
    return List.copyOf(groups.subList(0, Math.min(most, groups.size())));
  }

  /**
   * Reports that belong together.
   *
   * @param first the first member
   * @param text its findings
   * @param reports how many reports
   * @param texts how many distinct findings
   */
  public record Group(int first, Fingerprint text, int reports, int texts) {}

  private static int[] none(int size) {
    int[] none = new int[size];
    Arrays.fill(none, TextTable.NONE);
    return none;
  }

  private void elect(int m) {
    int text = table.textOf(m);
    setIfNone(firstOfCluster, clusterOf[text], m);
    if (members.get(m).train() && !isRemovedAsLeak(text)) {
      setIfNone(survivorOfText, text, m);
      setIfNone(survivorOfCluster, clusterOf[text], m);
    }
  }

  private static void setIfNone(int[] values, int at, int value) {
    values[at] = values[at] == TextTable.NONE ? value : values[at];
  }

  /** All train reports of one text leak, or none does. */
  private boolean isRemovedAsLeak(int text) {
    return policy.leakage() == LeakagePolicy.REMOVE
        && (table.firstHeldOut(text) != TextTable.NONE || found.heldOutOf(text) != null);
  }

  private void decide(int m) {
    Member member = members.get(m);
    int text = table.textOf(m);
    if (!member.train()) {
      verdicts.add(Verdict.Kept.KEPT);
      leak(member, text);
    } else if (isRemovedAsLeak(text)) {
      verdicts.add(leaked(member, text));
    } else {
      int survivor =
          policy.near()
              ? survivorOfCluster[clusterOf[text]]
              : policy.exact() ? survivorOfText[text] : m;
      verdicts.add(survivor == m ? Verdict.Kept.KEPT : duplicate(member, text, survivor));
    }
  }

  private Verdict duplicate(Member member, int text, int survivor) {
    int other = table.textOf(survivor);
    Verdict.Kind kind = other == text ? Verdict.Kind.EXACT : Verdict.Kind.NEAR;
    return removed(member, text, survivor, kind, table.jaccard(text, other));
  }

  private Verdict leaked(Member member, int text) {
    int heldOut = table.firstHeldOut(text);
    if (heldOut != TextTable.NONE) {
      return removed(member, text, heldOut, Verdict.Kind.LEAKED, 1);
    }
    NearPairs.Neighbour near = found.heldOutOf(text);
    int first = table.firstHeldOut(near.text());
    return removed(member, text, first, Verdict.Kind.LEAKED, near.jaccard());
  }

  private Verdict removed(Member member, int text, int by, Verdict.Kind kind, double jaccard) {
    String cluster = members.get(firstOfCluster[clusterOf[text]]).order().id();
    return new Verdict.Duplicate(
        member.order(), members.get(by).order().id(), kind, jaccard, cluster);
  }

  private void leak(Member heldOut, int text) {
    int equal = table.firstTrain(text);
    NearPairs.Neighbour near = found.trainOf(text);
    if (equal != TextTable.NONE) {
      leaks.add(leak(heldOut, equal, true, 1));
    } else if (near != null) {
      leaks.add(leak(heldOut, table.firstTrain(near.text()), false, near.jaccard()));
    }
  }

  private Verdict.Leak leak(Member heldOut, int train, boolean exact, double jaccard) {
    return new Verdict.Leak(
        heldOut.order(), heldOut.split(), members.get(train).order(), exact, jaccard);
  }
}
