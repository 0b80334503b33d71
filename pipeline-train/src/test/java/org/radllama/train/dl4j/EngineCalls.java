package org.radllama.train.dl4j;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.radllama.train.engine.Decoding;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.LoraEngine;
import org.radllama.train.engine.MicroBatch;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Matrix;

/** What tests ask of an engine and training does not. */
final class EngineCalls {
  private EngineCalls() {}

  /** Texts, each prompt's key its place in the list. */
  static List<int[]> generate(
      LoraEngine engine, List<int[]> prompts, float[] trainable, Decoding how) {
    long[] keys = LongStream.range(0, prompts.size()).toArray();
    return engine.generate(prompts, keys, trainable, how);
  }

  /** Greedily chosen texts. */
  static List<int[]> generate(
      LoraEngine engine, List<int[]> prompts, float[] trainable, int newTokens, int endToken) {
    Decoding how = new Decoding(newTokens, endToken, new Decoding.Greedy());
    return generate(engine, prompts, trainable, how);
  }

  /** Logits (rows, vocabulary) of some rows of a packed batch, row by row, without dropout. */
  static float[] logits(Dl4jEngine engine, MicroBatch batch, float[] trainable, int[] rows) {
    List<EncodedExample> examples = batch.examples();
    Pass pass = Pass.over(examples, Pass.packing(examples), new int[0], null);
    return engine.with(
        trainable,
        network -> {
          Arena.Mark mark = network.arena().mark();
          Matrix logits = network.logits(pass, null);
          float[] some = new float[rows.length * logits.cols()];
          IntStream.range(0, rows.length)
              .forEach(
                  i -> logits.get(rows[i] * logits.cols(), some, i * logits.cols(), logits.cols()));
          network.arena().release(mark);
          return some;
        });
  }

  /** Bytes that the engine's networks hold for intermediates; no call may be running. */
  static long scratchBytes(Dl4jEngine engine) {
    return engine.all.stream().mapToLong(n -> n.arena().bytes()).sum();
  }
}
