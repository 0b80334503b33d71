package org.radllama.eval.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.radllama.eval.join.Corpus;
import org.radllama.eval.join.Subset;

/**
 * A paired test of two systems, as {@code metrics.json} has it.
 *
 * @param corpus where
 * @param subset on which reports of it
 * @param metric of which score
 * @param a one system, the first by name
 * @param b the other
 * @param n reports
 * @param difference score of a minus score of b
 * @param p two-sided, of approximate randomisation
 * @param holm p corrected for all tests of the same corpus and subset
 */
@JsonPropertyOrder({"corpus", "subset", "metric", "a", "b", "n", "difference", "p", "p_holm"})
public record Comparison(
    @JsonUnwrapped Corpus corpus,
    Subset subset,
    String metric,
    String a,
    String b,
    long n,
    double difference,
    double p,
    @JsonProperty("p_holm") double holm) {
  Comparison corrected(double adjusted) {
    return new Comparison(corpus, subset, metric, a, b, n, difference, p, adjusted);
  }
}
