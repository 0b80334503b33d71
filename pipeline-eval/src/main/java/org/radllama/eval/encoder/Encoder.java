package org.radllama.eval.encoder;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Loops;
import org.radllama.train.kernels.Matrix;

/**
 * Reads texts with an {@link EncoderModel}, several at a time: the tokens of a batch lie one behind
 * the other without padding, and every bit of a token's numbers depends on its own text alone. For
 * one thread.
 */
final class Encoder implements AutoCloseable {
  /** Tokens of a batch, unless one text has more. */
  private static final int BATCH = 512;

  private final EncoderModel model;
  private final EncoderConfig config;
  private final Kernels kernels;
  private final Arena arena;

  Encoder(EncoderModel model) {
    this.model = model;
    this.config = model.config();
    this.kernels = model.backend().kernels(1);
    this.arena = model.backend().arena();
  }

  /** Takes the numbers (tokens, hidden) of a text. */
  interface Sink {
    void take(int text, float[] numbers);
  }

  /** Reads texts, given by their ids; longer ones together. */
  void read(List<int[]> texts, Sink sink) {
    int[] order =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> texts.get(i).length))
            .mapToInt(Integer::intValue)
            .toArray();
    int from = 0;
    while (from < order.length) {
      int to = from;
      int tokens = 0;
      while (to < order.length && (to == from || tokens + texts.get(order[to]).length <= BATCH)) {
        tokens += texts.get(order[to++]).length;
      }
      int[] batch = Arrays.copyOfRange(order, from, to);
      float[] numbers =
          forward(Arrays.stream(batch).mapToObj(texts::get).toArray(int[][]::new), tokens);
      int at = 0;
      for (int text : batch) {
        int length = texts.get(text).length * config.hidden();
        sink.take(text, Arrays.copyOfRange(numbers, at, at + length));
        at += length;
      }
      from = to;
    }
  }

  private float[] forward(int[][] texts, int tokens) {
    int h = config.hidden();
    float[] x = new float[tokens * h];
    int row = 0;
    for (int[] text : texts) {
      for (int i = 0; i < text.length; i++) {
        model.embed(text[i], i, x, row++ * h);
      }
    }
    normalise(x, model.first());
    float[] y = new float[tokens * h];
    float[] qkv = new float[tokens * 3 * h];
    float[] inner = new float[tokens * config.inner()];
    for (EncoderModel.Layer layer : model.layers()) {
      product(x, layer.qkv(), qkv);
      int at = 0;
      for (int[] text : texts) {
        attend(qkv, at, text.length, y);
        at += text.length;
      }
      float[] attended = new float[tokens * h];
      product(y, layer.out(), attended);
      addTo(attended, x);
      normalise(x, layer.afterAttention());
      product(x, layer.up(), inner);
      Gelu.apply(inner, inner.length);
      product(inner, layer.down(), y);
      addTo(y, x);
      normalise(x, layer.last());
    }
    return x;
  }

  /** Scores of the classes of each head, of a token's numbers. */
  float[][] heads(float[] numbers) {
    float[] first = Arrays.copyOf(numbers, config.hidden());
    return model.heads().stream()
        .map(
            head -> {
              float[] scores = new float[head.shift().length];
              product(first, head, scores);
              return scores;
            })
        .toArray(float[][]::new);
  }

  /** Every row apart, so that a text's numbers do not depend on its company. */
  private void product(float[] x, EncoderModel.Linear linear, float[] y) {
    int out = linear.shift().length;
    int rows = y.length / out;
    Arena.Mark mark = arena.mark();
    Matrix in = arena.take(rows, x.length / rows);
    in.put(0, x, 0, x.length);
    Matrix result = arena.take(rows, out);
    kernels.eachTimesTransposed(in, linear.w(), 1, 0, result);
    result.get(0, y, 0, y.length);
    arena.release(mark);
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < out; j++) {
        y[row * out + j] += linear.shift()[j];
      }
    }
  }

  private static void addTo(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  private void normalise(float[] x, EncoderModel.Norm norm) {
    int h = config.hidden();
    for (int at = 0; at < x.length; at += h) {
      double mean = Loops.sum(x, at, at + h) / h;
      double squares = Rows.squares(x, at, h, mean);
      double scale = 1 / Math.sqrt(squares / h + config.epsilon());
      for (int j = 0; j < h; j++) {
        x[at + j] = (float) ((x[at + j] - mean) * scale) * norm.gain()[j] + norm.shift()[j];
      }
    }
  }

  /** Attention of all tokens of a text over each other, head by head. */
  private void attend(float[] qkv, int row, int tokens, float[] into) {
    int h = config.hidden();
    int size = h / config.heads();
    float scale = (float) (1 / Math.sqrt(size));
    float[] keys = new float[size * tokens];
    float[] weights = new float[tokens];
    for (int head = 0; head < config.heads(); head++) {
      for (int j = 0; j < tokens; j++) {
        int at = (row + j) * 3 * h + h + head * size;
        for (int d = 0; d < size; d++) {
          keys[d * tokens + j] = qkv[at + d];
        }
      }
      for (int i = 0; i < tokens; i++) {
        int query = (row + i) * 3 * h + head * size;
        Arrays.fill(weights, 0);
        Rows.addScaled(qkv, query, size, keys, 0, tokens, weights, 0, tokens);
        softmax(weights, scale);
        int out = (row + i) * h + head * size;
        Arrays.fill(into, out, out + size, 0);
        int values = row * 3 * h + 2 * h + head * size;
        Rows.addScaled(weights, 0, tokens, qkv, values, 3 * h, into, out, size);
      }
    }
  }

  private static void softmax(float[] x, float factor) {
    float most = Float.NEGATIVE_INFINITY;
    for (float v : x) {
      most = Math.max(most, v);
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.exp((x[i] - most) * factor);
      sum += x[i];
    }
    float share = (float) (1 / sum);
    for (int i = 0; i < x.length; i++) {
      x[i] *= share;
    }
  }

  @Override
  public void close() {
    kernels.close();
    arena.close();
  }
}
