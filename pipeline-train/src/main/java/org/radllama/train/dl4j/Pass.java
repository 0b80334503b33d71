package org.radllama.train.dl4j;

import java.util.List;
import org.radllama.random.CounterRandom;
import org.radllama.train.engine.DropoutKey;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.kernels.Dropout;
import org.radllama.train.kernels.Packing;

/**
 * What one pass through the model works on.
 *
 * @param tokens ids of the packed tokens, N
 * @param packing where each example lies
 * @param examples index of each example in its split
 * @param wanted a range of each example, M rows in all: those whose output of the last block
 *     anybody needs
 * @param wantedRows these rows among the packed ones
 * @param targetIds the token that follows each wanted row and counts in the loss, M; or none
 * @param dropoutKey seed and step of the dropout, or null without dropout
 * @param adapted whether the LoRA factors take part
 * @param kind what it is for
 */
record Pass(
    int[] tokens,
    Packing packing,
    long[] examples,
    Packing wanted,
    int[] wantedRows,
    int[] targetIds,
    DropoutKey dropoutKey,
    boolean adapted,
    Kind kind) {

  /** What a pass is for. */
  enum Kind {
    /** A loss, and its gradient. */
    EXAMPLES,
    /** Prompts, or what of them is not cached yet. */
    PROMPTS,
    /** One more token of each text. */
    STEP
  }

  /** The loss of a micro-batch's targets. */
  static Pass of(MicroBatch batch, DropoutKey key) {
    List<EncodedExample> examples = batch.examples();
    int[] ids = new int[batch.targetTokens()];
    int target = 0;
    for (EncodedExample e : examples) {
      System.arraycopy(e.tokens(), e.targetsFrom(), ids, target, e.targetTokens());
      target += e.targetTokens();
    }
    int[] lengths = examples.stream().mapToInt(EncodedExample::targetTokens).toArray();
    // A token is predicted by the row before it.
    int[] firsts = examples.stream().mapToInt(e -> e.targetsFrom() - 1).toArray();
    Packing wanted = new Packing(Packing.of(lengths).starts(), firsts);
    return over(examples, wanted, ids, key);
  }

  /**
   * A pass over examples.
   *
   * @param ids the token behind each wanted row, or none
   */
  static Pass over(List<EncodedExample> examples, Packing wanted, int[] ids, DropoutKey key) {
    Packing packing = packing(examples);
    int[] tokens = new int[packing.rows()];
    for (int e = 0; e < examples.size(); e++) {
      System.arraycopy(examples.get(e).tokens(), 0, tokens, packing.starts()[e], packing.length(e));
    }
    long[] indices = examples.stream().mapToLong(EncodedExample::index).toArray();
    int[] rows = wantedRows(packing, wanted);
    return new Pass(tokens, packing, indices, wanted, rows, ids, key, true, Kind.EXAMPLES);
  }

  static Packing packing(List<EncodedExample> examples) {
    return Packing.of(examples.stream().mapToInt(e -> e.tokens().length).toArray());
  }

  /** A pass that continues texts: the last row of each is wanted. */
  static Pass inference(int[] tokens, Packing packing, boolean adapted, Kind kind) {
    int n = packing.examples();
    int[] starts = new int[n + 1];
    int[] offset = new int[n];
    for (int e = 0; e < n; e++) {
      starts[e + 1] = e + 1;
      offset[e] = packing.offset()[e] + packing.length(e) - 1;
    }
    Packing last = new Packing(starts, offset);
    int[] rows = wantedRows(packing, last);
    return new Pass(tokens, packing, new long[n], last, rows, new int[0], null, adapted, kind);
  }

  /** Whether some rows are not wanted. */
  boolean partial() {
    return wanted.rows() < packing.rows();
  }

  private static int[] wantedRows(Packing packing, Packing wanted) {
    int[] rows = new int[wanted.rows()];
    for (int e = 0; e < wanted.examples(); e++) {
      int first = packing.starts()[e] + wanted.offset()[e] - packing.offset()[e];
      for (int i = 0; i < wanted.length(e); i++) {
        rows[wanted.starts()[e] + i] = first + i;
      }
    }
    return rows;
  }

  /** The dropout of one input of the model, or null if there is none. */
  Dropout dropout(double probability, int site) {
    return dropoutKey == null || probability == 0
        ? null
        : new Dropout(
            probability, CounterRandom.key(dropoutKey.seed(), dropoutKey.step()), examples, site);
  }
}
