package org.radllama.eval.study;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.radllama.eval.study.StudyKey.Block;
import org.radllama.eval.study.StudyKey.Item;
import org.radllama.eval.study.StudyKey.Reader;
import org.radllama.eval.study.StudyKey.Report;

/**
 * Who judges what in which order. Every reader has orders of their own, of reports and of systems
 * within each. A report that is shown twice is one of the reader's first, and comes again at least
 * half of the form later, or as much later as there are repeats.
 *
 * @param readers their names
 * @param repeats below 1: the share of a reader's reports that is shown twice; from 1: how many
 * @param overlap the share of reports that every reader judges, in [0, 1]
 */
public record StudyPlan(List<String> readers, double repeats, double overlap) {
  public StudyPlan {
    readers = List.copyOf(new TreeSet<>(readers));
    if (!(repeats >= 0) || (repeats > 1 && repeats != Math.rint(repeats))) {
      throw new IllegalArgumentException(
          "pack.repeats must be a share below 1 or a whole number, not " + repeats);
    }
    if (!(overlap >= 0 && overlap <= 1)) {
      throw new IllegalArgumentException("pack.overlap must be from 0 to 1, not " + overlap);
    }
  }

  /**
   * Blinds a study.
   *
   * @param sample the reports
   * @param systems what is judged
   * @param secretHex 64 hexadecimal digits
   */
  public StudyKey key(List<Report> sample, List<String> systems, String secretHex) {
    Secret secret = new Secret(secretHex);
    List<Report> dealt = secret.shuffled(sample, Report::id, "deal");
    int shared = (int) Math.round(overlap * dealt.size());
    List<Reader> forms = new ArrayList<>();
    for (int reader = 0; reader < readers.size(); reader++) {
      List<Report> own = new ArrayList<>(dealt.subList(0, shared));
      for (int i = shared; i < dealt.size(); i++) {
        if ((i - shared) % readers.size() == reader) {
          own.add(dealt.get(i));
        }
      }
      forms.add(form(readers.get(reader), own, systems, secret));
    }
    return new StudyKey(secretHex, systems, sample, forms);
  }

  private Reader form(String name, List<Report> own, List<String> systems, Secret secret) {
    List<Report> first = secret.shuffled(own, Report::id, "order", name);
    int again = again(own.size());
    int from = Math.max((first.size() + 1) / 2, again);
    // Which of the places behind are taken by reports shown again; these keep the order of before.
    List<Integer> places = IntStream.range(0, first.size() - from + again).boxed().toList();
    List<Integer> taken =
        secret.shuffled(places, i -> Integer.toString(i), "repeats", name).subList(0, again);
    List<Block> blocks = new ArrayList<>();
    first.subList(0, from).forEach(r -> blocks.add(block(name, r, 1, systems, secret)));
    int next = from;
    int repeated = 0;
    for (int place : places) {
      if (taken.contains(place)) {
        blocks.add(block(name, first.get(repeated++), 2, systems, secret));
      } else {
        blocks.add(block(name, first.get(next++), 1, systems, secret));
      }
    }
    return new Reader(name, blocks);
  }

  /** How many of a reader's reports are shown twice. */
  int again(int reports) {
    return (int) Math.min(reports, repeats < 1 ? Math.round(repeats * reports) : repeats);
  }

  private static Block block(
      String reader, Report report, int showing, List<String> systems, Secret secret) {
    String time = Integer.toString(showing);
    List<Item> items =
        secret.shuffled(systems, s -> s, "systems", reader, report.id(), time).stream()
            .map(s -> new Item(secret.id("item", reader, report.id(), time, s), s))
            .toList();
    return new Block(secret.id("block", reader, report.id(), time), report.id(), showing, items);
  }
}
