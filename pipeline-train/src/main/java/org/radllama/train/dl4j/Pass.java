package org.radllama.train.dl4j;

import java.util.List;
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
 * @param targetRows rows whose next token counts in the loss, M
 * @param targetIds those next tokens, M
 * @param dropoutKey seed and step of the dropout, or null without dropout
 * @param adapted whether the LoRA factors take part
 */
record Pass(
    int[] tokens,
    Packing packing,
    long[] examples,
    int[] targetRows,
    int[] targetIds,
    DropoutKey dropoutKey,
    boolean adapted) {

  static Pass of(MicroBatch batch, DropoutKey key) {
    List<EncodedExample> examples = batch.examples();
    int[] tokens = new int[batch.tokens()];
    int[] rows = new int[batch.targetTokens()];
    int[] ids = new int[batch.targetTokens()];
    int row = 0;
    int target = 0;
    for (EncodedExample e : examples) {
      System.arraycopy(e.tokens(), 0, tokens, row, e.tokens().length);
      for (int t = e.targetsFrom(); t < e.tokens().length; t++) {
        rows[target] = row + t - 1;
        ids[target++] = e.tokens()[t];
      }
      row += e.tokens().length;
    }
    return new Pass(
        tokens,
        Packing.of(examples.stream().mapToInt(e -> e.tokens().length).toArray()),
        examples.stream().mapToLong(EncodedExample::index).toArray(),
        rows,
        ids,
        key,
        true);
  }

  /** A pass that only continues texts. */
  static Pass inference(int[] tokens, Packing packing, boolean adapted) {
    return new Pass(
        tokens, packing, new long[packing.examples()], new int[0], new int[0], null, adapted);
  }

  /** The dropout of one input of the model, or null if there is none. */
  Dropout dropout(double probability, int site) {
    return dropoutKey == null || probability == 0
        ? null
        : new Dropout(
            probability, Dropout.key(dropoutKey.seed(), dropoutKey.step()), examples, site);
  }
}
