package org.radllama.train.decode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.Decoding.EarlyStopping;

/**
 * Beam search as transformers 4.36 to 4.49 describe it, step by step and without any cache: every
 * beam is a whole list of tokens, all scores are kept in one table and sorted.
 */
public final class NaiveBeams {
  private static final double PLACEHOLDER = -1e9;

  private final Function<int[], float[]> model;
  private final int beams;
  private final double lengthPenalty;
  private final EarlyStopping earlyStopping;
  private final int maxNewTokens;
  private final int endToken;
  private final List<Hypothesis> hypotheses = new ArrayList<>();
  private double worstScore = 1e9;

  private record Hypothesis(double score, int[] tokens) {}

  private record Entry(int flat, double score) {}

  /** A search over logits given by the new tokens so far. */
  public NaiveBeams(Function<int[], float[]> model, Decoding how) {
    Decoding.Beams rules = (Decoding.Beams) how.strategy();
    this.model = model;
    beams = rules.beams();
    lengthPenalty = rules.lengthPenalty();
    earlyStopping = rules.earlyStopping();
    maxNewTokens = how.maxNewTokens();
    endToken = how.endToken();
  }

  /** The best text's new tokens. */
  public int[] run() {
    int[][] inputs = new int[beams][0];
    double[] beamScores = new double[beams];
    Arrays.fill(beamScores, 1, beams, PLACEHOLDER);
    boolean done = false;
    for (int length = 1; length <= maxNewTokens && !done; length++) {
      List<Entry> top = top(inputs, beamScores);
      int vocabulary = model.apply(inputs[0]).length;
      int[][] nextInputs = new int[beams][];
      double[] nextScores = new double[beams];
      int filled = 0;
      for (int rank = 0; rank < top.size() && filled < beams; rank++) {
        int beam = top.get(rank).flat / vocabulary;
        int token = top.get(rank).flat % vocabulary;
        if (token == endToken) {
          if (rank < beams) {
            add(inputs[beam], top.get(rank).score, length);
          }
          continue;
        }
        nextInputs[filled] = Arrays.copyOf(inputs[beam], length);
        nextInputs[filled][length - 1] = token;
        nextScores[filled++] = top.get(rank).score;
      }
      done = done(top.get(0).score, length);
      inputs = nextInputs;
      beamScores = nextScores;
    }
    if (!done) {
      for (int i = 0; i < beams; i++) {
        add(inputs[i], beamScores[i], inputs[i].length);
      }
    }
    return hypotheses.stream()
        .sorted(Comparator.comparingDouble(Hypothesis::score))
        .reduce((a, b) -> b)
        .orElseThrow()
        .tokens;
  }

  private List<Entry> top(int[][] inputs, double[] beamScores) {
    List<Entry> all = new ArrayList<>();
    for (int beam = 0; beam < beams; beam++) {
      float[] logits = model.apply(inputs[beam]);
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit);
      }
      for (float logit : logits) {
        all.add(new Entry(all.size(), logit - Math.log(sum) + beamScores[beam]));
      }
    }
    all.sort(Comparator.comparingDouble((Entry e) -> -e.score).thenComparingInt(Entry::flat));
    return all.subList(0, 2 * beams);
  }

  private void add(int[] tokens, double sumOfLogs, int length) {
    double score = sumOfLogs / Math.pow(length, lengthPenalty);
    if (hypotheses.size() < beams || score > worstScore) {
      hypotheses.add(new Hypothesis(score, tokens));
      if (hypotheses.size() > beams) {
        List<Hypothesis> sorted =
            hypotheses.stream().sorted(Comparator.comparingDouble(Hypothesis::score)).toList();
        hypotheses.remove(sorted.get(0));
        worstScore = sorted.get(1).score;
      } else {
        worstScore = Math.min(score, worstScore);
      }
    }
  }

  private boolean done(double bestSum, int length) {
    if (hypotheses.size() < beams) {
      return false;
    }
    double longest = lengthPenalty > 0 ? maxNewTokens : length;
    return switch (earlyStopping) {
      case TRUE -> true;
      case FALSE -> worstScore >= bestSum / Math.pow(length, lengthPenalty);
      case NEVER -> worstScore >= bestSum / Math.pow(longest, lengthPenalty);
    };
  }
}
