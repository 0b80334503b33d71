package org.radllama.eval.encoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * BERTScore (Zhang et al., arXiv 1904.09675) as bert_score 0.3.13 computes it of texts one by one:
 * each token is matched with the most similar one of the other text, the tokens around a text weigh
 * nothing, and an empty text scores 0. For one thread.
 */
public final class BertScores {
  /** Numbers that are kept of texts that may come again. */
  private static final long MOST_KEPT = 1L << 24;

  private final EncoderModel model;
  private final Encoder encoder;
  private final Idf idf;
  private final Map<String, Read> known = new HashMap<>();
  private long kept;

  /**
   * A text that was read.
   *
   * @param ids its tokens
   * @param numbers (tokens, hidden), each token's of length 1
   */
  private record Read(int[] ids, float[] numbers) {}

  /** Precision, recall and F. */
  public record Score(double precision, double recall, double f1) {
    /** An empty text's. */
    static final Score NONE = new Score(0, 0, 0);

    /** The better of both in each part, as bert_score has it for several references. */
    Score or(Score other) {
      return new Score(
          Math.max(precision, other.precision),
          Math.max(recall, other.recall),
          Math.max(f1, other.f1));
    }
  }

  /**
   * Scores by a model.
   *
   * @param idf the tokens' weights where they are asked for
   */
  public BertScores(EncoderModel model, Idf idf) {
    this.model = model;
    this.encoder = new Encoder(model);
    this.idf = idf;
  }

  /** Reads texts that will be scored next, together, which is faster than one by one. */
  public void prepare(Collection<String> texts) {
    if (kept > MOST_KEPT) {
      known.clear();
      kept = 0;
    }
    Set<String> fresh = new LinkedHashSet<>(texts);
    fresh.removeAll(known.keySet());
    List<String> read = new ArrayList<>(fresh);
    List<int[]> ids = read.stream().map(model::tokens).toList();
    encoder.read(
        ids,
        (text, numbers) -> {
          known.put(read.get(text), new Read(ids.get(text), toUnitLength(numbers)));
          kept += numbers.length;
        });
  }

  private float[] toUnitLength(float[] numbers) {
    int h = model.config().hidden();
    for (int at = 0; at < numbers.length; at += h) {
      double squares = 0;
      for (int j = 0; j < h; j++) {
        squares += (double) numbers[at + j] * numbers[at + j];
      }
      float scale = (float) (1 / Math.sqrt(squares));
      for (int j = 0; j < h; j++) {
        numbers[at + j] *= scale;
      }
    }
    return numbers;
  }

  /**
   * The scores of a prediction, the best of its references: without weights and, where there is an
   * idf, with them.
   */
  public List<Score> score(List<String> references, String prediction) {
    List<String> all = new ArrayList<>(references);
    all.add(prediction);
    if (!known.keySet().containsAll(all)) {
      prepare(all);
    }
    Score plain = null;
    Score weighted = null;
    for (String reference : references) {
      Read ours = known.get(prediction);
      Read theirs = known.get(reference);
      float[][] best = best(ours, theirs);
      Score one = score(ours, theirs, best, id -> model.isAround(id) ? 0 : 1);
      plain = plain == null ? one : plain.or(one);
      if (idf.isUsed()) {
        Score other = score(ours, theirs, best, idf::weight);
        weighted = weighted == null ? other : weighted.or(other);
      }
    }
    return weighted == null ? List.of(plain) : List.of(plain, weighted);
  }

  /** The highest similarity of each token of one text, and of each of the other. */
  private float[][] best(Read a, Read b) {
    int h = model.config().hidden();
    int rows = a.ids.length;
    int cols = b.ids.length;
    float[] turned = new float[h * cols];
    for (int j = 0; j < cols; j++) {
      for (int d = 0; d < h; d++) {
        turned[d * cols + j] = b.numbers[j * h + d];
      }
    }
    float[][] best = {new float[rows], new float[cols]};
    Arrays.fill(best[0], Float.NEGATIVE_INFINITY);
    Arrays.fill(best[1], Float.NEGATIVE_INFINITY);
    float[] similar = new float[cols];
    for (int i = 0; i < rows; i++) {
      Arrays.fill(similar, 0);
      Rows.addScaled(a.numbers, i * h, h, turned, 0, cols, similar, 0, cols);
      for (int j = 0; j < cols; j++) {
        best[0][i] = Math.max(best[0][i], similar[j]);
        best[1][j] = Math.max(best[1][j], similar[j]);
      }
    }
    return best;
  }

  /** A token's weight. */
  private interface Weight {
    double of(int id);
  }

  private static Score score(Read ours, Read theirs, float[][] best, Weight weight) {
    if (ours.ids.length == 2 || theirs.ids.length == 2) {
      return Score.NONE;
    }
    double p = mean(ours.ids, best[0], weight);
    double r = mean(theirs.ids, best[1], weight);
    double f = 2 * p * r / (p + r);
    return new Score(zeroForNaN(p), zeroForNaN(r), zeroForNaN(f));
  }

  private static double zeroForNaN(double value) {
    return Double.isNaN(value) ? 0 : value;
  }

  private static double mean(int[] ids, float[] best, Weight weight) {
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < ids.length; i++) {
      double w = weight.of(ids[i]);
      sum += w * best[i];
      weights += w;
    }
    return sum / weights;
  }
}
