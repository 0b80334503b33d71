package org.radllama.train.decode;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.Decoding.EarlyStopping;
import org.radllama.train.kernels.Softmax;

/**
 * Beam search by the rules of Hugging Face's transformers 4.36 to 4.49. Each step ranks the {@code
 * 2 n} best continuations of all open beams. An end token among the first n of them ends a text,
 * further down it is passed over; the first n others are the beams of the next step. Ended texts
 * are kept while they are among the n best by score; with n of them the search may end. At the
 * limit the open beams count as ended.
 *
 * <p>Where transformers leaves ties open: equal continuations rank by beam, then by token id. Where
 * a vocabulary is so small that there are not n continuations, transformers continues with
 * placeholders of score -1e9; here there are fewer beams.
 */
final class BeamSearch implements TokenSearch {
  private final Softmax softmax = new Softmax();
  private final Decoding how;
  private final Decoding.Beams rules;
  private final EndedTexts ended;
  private List<Path> open = List.of(new Path(null, -1, 0));
  private int length;
  private float[] scratch = new float[0];

  /** A text as its last token and what stands before it. */
  private record Path(Path before, int token, double logProbability) {
    int[] tokens(int count) {
      int[] tokens = new int[count];
      Path path = this;
      for (int i = count - 1; i >= 0; i--) {
        tokens[i] = path.token;
        path = path.before;
      }
      return tokens;
    }
  }

  /** A continuation of an open beam. */
  private record Candidate(int beam, int token, double logProbability) {
    static final Comparator<Candidate> BEST_FIRST =
        Comparator.comparingDouble((Candidate c) -> -c.logProbability)
            .thenComparingInt(Candidate::beam)
            .thenComparingInt(Candidate::token);
  }

  BeamSearch(Decoding how, Decoding.Beams rules) {
    this.how = how;
    this.rules = rules;
    this.ended = new EndedTexts(rules.beams(), rules.lengthPenalty());
  }

  @Override
  public List<Beam> next(float[][] logits) {
    length++;
    List<Candidate> candidates = candidates(logits);
    List<Beam> next = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    for (int rank = 0; rank < candidates.size() && next.size() < rules.beams(); rank++) {
      Candidate c = candidates.get(rank);
      if (c.token != how.endToken()) {
        next.add(new Beam(c.beam, c.token));
        paths.add(new Path(open.get(c.beam), c.token, c.logProbability));
      } else if (rank < rules.beams()) {
        ended.add(open.get(c.beam).tokens(length - 1), c.logProbability, length);
      }
    }
    open = paths;
    if (isDone(candidates.get(0).logProbability)) {
      return List.of();
    }
    if (length == how.maxNewTokens()) {
      open.forEach(p -> ended.add(p.tokens(length), p.logProbability, length));
      return List.of();
    }
    return next;
  }

  /** The 2 n best continuations, best first. */
  private List<Candidate> candidates(float[][] logits) {
    List<Candidate> candidates = new ArrayList<>();
    for (int beam = 0; beam < open.size(); beam++) {
      float[] row = logits[beam];
      scratch = scratch.length < row.length ? new float[row.length] : scratch;
      double logSum = Ranking.requireFinite(softmax.logSum(row, scratch));
      double shift = open.get(beam).logProbability - logSum;
      for (int token : Ranking.largest(row, 2 * rules.beams())) {
        candidates.add(new Candidate(beam, token, row[token] + shift));
      }
    }
    candidates.sort(Candidate.BEST_FIRST);
    return candidates.subList(0, Math.min(2 * rules.beams(), candidates.size()));
  }

  private boolean isDone(double best) {
    if (!ended.full()) {
      return false;
    }
    boolean longest = rules.earlyStopping() == EarlyStopping.NEVER && rules.lengthPenalty() > 0;
    return rules.earlyStopping() == EarlyStopping.TRUE
        || ended.worst() >= ended.score(best, longest ? how.maxNewTokens() : length);
  }

  @Override
  public List<int[]> texts() {
    return List.of(ended.best());
  }
}
