package org.radllama.ingest.dedup;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.radllama.ingest.instruct.Split;
import org.radllama.ingest.split.OrderKey;
import org.radllama.ingest.split.PlacedReport;

/**
 * Decides about reports that come group by group, in each group the held-out ones first and both in
 * the order of {@link OrderKey}. Holds the group's held-out ids, never its texts.
 */
final class GroupPass implements Iterator<Verdict> {
  /** A report and the group it is in. */
  record Member(Fingerprint group, PlacedReport report) {}

  private record HeldOut(OrderKey order, Split split) {}

  private final Iterator<Member> members;
  private final DedupPolicy policy;
  private final Queue<Verdict> ready = new ArrayDeque<>();
  private final List<HeldOut> heldOut = new ArrayList<>();
  private Fingerprint group;
  private OrderKey firstHeldOut;
  private OrderKey firstTrain;

  GroupPass(Iterator<Member> members, DedupPolicy policy) {
    this.members = members;
    this.policy = policy;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && members.hasNext()) {
      decide(members.next());
    }
    return !ready.isEmpty();
  }

  @Override
  public Verdict next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  private void decide(Member member) {
    if (!member.group().equals(group)) {
      group = member.group();
      heldOut.clear();
      firstHeldOut = null;
      firstTrain = null;
    }
    PlacedReport report = member.report();
    if (report.heldOut()) {
      OrderKey order = report.order();
      firstHeldOut = firstHeldOut == null ? order : firstHeldOut;
      heldOut.add(new HeldOut(order, report.split()));
      ready.add(new Verdict.Kept(report));
    } else {
      train(report);
    }
  }

  private void train(PlacedReport report) {
    boolean first = firstTrain == null;
    if (first) {
      firstTrain = report.order();
      heldOut.forEach(
          held -> ready.add(new Verdict.Leak(held.order(), held.split(), firstTrain, 1)));
      heldOut.clear();
    }
    if (firstHeldOut != null && policy.leakage() == LeakagePolicy.REMOVE) {
      ready.add(duplicate(report, firstHeldOut, Verdict.Kind.LEAKED));
    } else if (!first && policy.exact()) {
      ready.add(duplicate(report, firstTrain, Verdict.Kind.EXACT));
    } else {
      ready.add(new Verdict.Kept(report));
    }
  }

  private Verdict duplicate(PlacedReport report, OrderKey survivor, Verdict.Kind kind) {
    boolean heldOutLeads = firstHeldOut != null && firstHeldOut.compareTo(firstTrain) < 0;
    String cluster = (heldOutLeads ? firstHeldOut : firstTrain).id();
    return new Verdict.Duplicate(report.order(), survivor.id(), kind, 1, cluster);
  }
}
