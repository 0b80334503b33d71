package org.radllama.ingest.privacy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Finds identifiers in a text, in time linear in its length. */
public final class IdentifierScan {
  /** Those that need a digit. */
  private static final List<Rule> NUMBERS =
      Stream.of(Numbers.LABELLED, Addresses.NETWORK, Dates.RULES, Numbers.BARE)
          .flatMap(List::stream)
          .toList();

  private IdentifierScan() {}

  private record Ranked(Hit hit, int rank) {}

  /**
   * The identifiers of some kinds, in the order of the text. None overlaps another; of two that do,
   * the rule that is tried first names the kind.
   *
   * @param kinds others are looked for as well, so that none is taken for another kind, and left
   *     out
   */
  public static List<Hit> hits(String text, Set<Identifier> kinds) {
    Scanned scanned = Scanned.of(text);
    List<Ranked> all = new ArrayList<>();
    Consumer<Hit> to = hit -> all.add(new Ranked(hit, all.size()));
    boolean digits = text.chars().anyMatch(c -> c >= '0' && c <= '9');
    Addresses.of(scanned.lower()).forEach(rule -> rule.find(scanned, to));
    if (digits) {
      Postal.find(scanned, to);
      NUMBERS.forEach(rule -> rule.find(scanned, to));
    }
    Ages.RULES.forEach(rule -> rule.find(scanned, to));
    Hospitals.find(scanned, to);
    Persons.find(scanned, to);
    return joined(all).stream().filter(hit -> kinds.contains(hit.kind())).toList();
  }

  /** Those that overlap as one. */
  private static List<Hit> joined(List<Ranked> all) {
    all.sort(Comparator.comparingInt((Ranked r) -> r.hit().start()).thenComparing(Ranked::rank));
    List<Ranked> joined = new ArrayList<>();
    for (Ranked next : all) {
      Ranked last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
      if (last == null || next.hit().start() >= last.hit().end()) {
        joined.add(next);
      } else {
        Ranked first = last.rank() <= next.rank() ? last : next;
        int end = Math.max(last.hit().end(), next.hit().end());
        joined.set(
            joined.size() - 1,
            new Ranked(new Hit(first.hit().kind(), last.hit().start(), end), first.rank()));
      }
    }
    return joined.stream().map(Ranked::hit).toList();
  }
}
