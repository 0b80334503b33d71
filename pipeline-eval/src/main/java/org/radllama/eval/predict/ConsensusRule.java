package org.radllama.eval.predict;

import java.util.ArrayList;
import java.util.List;
import org.radllama.eval.consensus.MbrCandidate;
import org.radllama.failure.BadSettingException;

/**
 * How one impression is chosen from a model's samples and the neighbours' impressions.
 *
 * @param neighbours the train reports whose impressions are candidates too
 * @param neighbourWeight their share of all weight, in [0, 1]; at 0 they are not looked for
 * @param pool the name of a further system whose samples are those of all adapters together; empty:
 *     none
 */
public record ConsensusRule(Neighbours neighbours, double neighbourWeight, String pool) {
  public ConsensusRule {
    if (!(neighbourWeight >= 0 && neighbourWeight <= 1)) {
      throw new BadSettingException(
          "generate.neighbour-weight is %s, must be at least 0 and at most 1"
              .formatted(neighbourWeight));
    }
  }

  /**
   * The support set of a report: its neighbours, then the samples, all of equal weight. Where there
   * are no neighbours the samples have all weight.
   *
   * @param samples at least one
   * @param near neighbours with weights of sum 1, or none
   */
  List<MbrCandidate> support(List<String> samples, List<MbrCandidate> near) {
    double ofNeighbours = near.isEmpty() ? 0 : neighbourWeight;
    List<MbrCandidate> support = new ArrayList<>();
    near.forEach(c -> support.add(new MbrCandidate(c.text(), c.weight() * ofNeighbours)));
    samples.forEach(
        text -> support.add(new MbrCandidate(text, (1 - ofNeighbours) / samples.size())));
    return support;
  }

  String label() {
    return neighbourWeight == 0
        ? "neighbour-weight=0"
        : "neighbour-weight=%s,%s".formatted(neighbourWeight, neighbours.label());
  }
}
