package org.radllama.eval.score.family;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.radllama.eval.rouge.RougeScorer;
import org.radllama.eval.rouge.RougeType;
import org.radllama.eval.rouge.Tokenization;

/**
 * Means of ROUGE's precision, recall and F.
 *
 * @param types the variants
 * @param stemming with rouge_score's stemmer; without it names hold {@code _unstemmed}
 * @param tokenization with those of any script names hold {@code _unicode}, so that they never meet
 *     scores of rouge_score's
 */
public record RougeFamily(List<RougeType> types, boolean stemming, Tokenization tokenization)
    implements ScoreFamily {
  public RougeFamily {
    types = List.copyOf(types);
  }

  /** What a variant's mean F, stemmed, is called under each tokenisation. */
  public static Stream<String> fmeasures(String type) {
    return Arrays.stream(Tokenization.values()).map(t -> type + t.infix() + "_fmeasure");
  }

  @Override
  public String name() {
    return stemming ? "rouge" : "rouge_unstemmed";
  }

  @Override
  public List<String> orders() {
    return types.stream().map(type -> type.label() + tokenization.infix()).toList();
  }

  @Override
  public String stemmer() {
    return stemming ? "nltk-porter" : "none";
  }

  @Override
  public String tokens() {
    return tokenization.signature();
  }

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String order : orders()) {
      for (String part : List.of("precision", "recall", "fmeasure")) {
        names.add(order + (stemming ? "_" : "_unstemmed_") + part);
      }
    }
    return names;
  }

  @Override
  public int width() {
    return types.size() * 3;
  }

  @Override
  public boolean countsOnly() {
    return false;
  }

  @Override
  public boolean means() {
    return true;
  }

  @Override
  public String signature() {
    return "%s|tok:%s|stem:%s|mean:exact"
        .formatted(String.join("+", orders()), tokens(), stemmer());
  }

  @Override
  public Counter counter() {
    RougeScorer scorer = new RougeScorer(types, stemming, tokenization);
    return (pair, into, offset) -> scorer.score(pair.references(), pair.prediction(), into, offset);
  }
}
