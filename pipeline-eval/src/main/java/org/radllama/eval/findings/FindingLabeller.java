package org.radllama.eval.findings;

import java.util.ArrayList;
import java.util.List;

/**
 * Labels texts by the rules of {@code finding-rules.txt}. {@link Observation#NO_FINDING} is
 * positive when a text has a word and states or leaves open none of the others, support devices
 * aside, and no other abnormality that the rules know. One serves one thread.
 */
public final class FindingLabeller {
  private final FindingRules rules;

  /** With the rules that stand beside this class. */
  public FindingLabeller() {
    this(List.of());
  }

  /**
   * With further phrases, which go before the others.
   *
   * @param phrases lines {@code section: phrase} in the manner of the rule file, as {@code
   *     observation Pneumothorax: air leak} or {@code negative-before: nil}
   * @throws IllegalArgumentException when one cannot be read
   */
  public FindingLabeller(List<String> phrases) {
    rules = FindingRules.with(phrases);
  }

  /** What a text says. */
  public FindingLabels label(String text) {
    List<Statement> statements = Statement.of(text);
    int[] sets = new int[Assertion.values().length];
    boolean abnormal = false;
    for (Sentence.Said said : said(statements)) {
      List<Observation> observations = said.mention().phrase().observations();
      int assertion = said.assertion().compareTo(Assertion.ABSENT);
      boolean device = false;
      for (Observation observation : observations) {
        sets[assertion] |= observation.bit();
        device = observation == Observation.SUPPORT_DEVICES;
      }
      abnormal |= !device && said.assertion().compareTo(Assertion.NEGATIVE) > 0;
    }
    int positive = sets[3];
    int uncertain = sets[2] & ~positive;
    int negative = sets[1] & ~positive & ~uncertain;
    if (!statements.isEmpty() && !abnormal) {
      positive |= Observation.NO_FINDING.bit();
    }
    return new FindingLabels(positive, negative, uncertain);
  }

  /** Why: every mention with what is said of it, in the order of the text. */
  public List<Evidence> evidence(String text) {
    List<Evidence> evidence = new ArrayList<>();
    for (Statement statement : Statement.of(text)) {
      List<Sentence.Said> all = new ArrayList<>();
      new Sentence(rules, statement).assertions(all);
      for (Sentence.Said said : all) {
        if (said.assertion() != Assertion.ABSENT) {
          for (Observation observation : said.mention().phrase().observations()) {
            evidence.add(
                new Evidence(
                    observation,
                    said.assertion(),
                    span(statement, said.mention()),
                    said.cue() == null ? null : span(statement, said.cue())));
          }
        }
      }
    }
    return evidence;
  }

  private static Evidence.Span span(Statement statement, Match match) {
    return new Evidence.Span(statement.start(match.start()), statement.end(match.end() - 1));
  }

  private List<Sentence.Said> said(List<Statement> statements) {
    List<Sentence.Said> said = new ArrayList<>();
    for (Statement statement : statements) {
      new Sentence(rules, statement).assertions(said);
    }
    return said;
  }
}
