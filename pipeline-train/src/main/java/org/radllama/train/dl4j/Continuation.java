package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.train.engine.Decoding;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Mat;
import org.radllama.train.kernels.Packing;
import org.radllama.train.llama.LlamaConfig;

/** Continues a batch of prompts greedily, one token a step for all of them, with cached keys. */
final class Continuation {
  static final int PROMPT_TOKENS_AT_ONCE = 2048;

  private final LlamaConfig config;
  private final LlamaNetwork network;
  private final Decoding how;
  private final boolean adapted;
  private final List<Text> texts = new ArrayList<>();

  /** One text being continued. */
  private final class Text {
    private final int[] prompt;
    private final int[] made = new int[how.maxNewTokens()];
    private final Mat[] keys = new Mat[config.layers()];
    private final Mat[] values = new Mat[config.layers()];
    private int count;
    private int filled;
    private boolean done;

    Text(int[] prompt) {
      this.prompt = prompt;
      int capacity = prompt.length + how.maxNewTokens();
      for (int i = 0; i < keys.length; i++) {
        keys[i] = network.allocate(capacity, config.keyValueWidth());
        values[i] = network.allocate(capacity, config.keyValueWidth());
      }
    }

    void accept(int id) {
      if (id == how.endToken()) {
        done = true;
      } else {
        made[count++] = id;
        done = count == made.length;
      }
    }

    void free() {
      for (int i = 0; i < keys.length; i++) {
        keys[i].free();
        values[i].free();
      }
    }
  }

  Continuation(LlamaConfig config, LlamaNetwork network, Decoding how, boolean adapted) {
    this.config = config;
    this.network = network;
    this.how = how;
    this.adapted = adapted;
  }

  List<int[]> run(List<int[]> prompts) {
    try {
      prompts.forEach(p -> texts.add(new Text(p)));
      readPrompts();
      List<Text> active = texts.stream().filter(t -> !t.done).toList();
      while (!active.isEmpty()) {
        step(active, true);
        active = active.stream().filter(t -> !t.done).toList();
      }
      return texts.stream().map(t -> java.util.Arrays.copyOf(t.made, t.count)).toList();
    } finally {
      texts.forEach(Text::free);
    }
  }

  private void readPrompts() {
    List<Text> part = new ArrayList<>();
    int tokens = 0;
    for (Text text : texts) {
      if (!part.isEmpty() && tokens + text.prompt.length > PROMPT_TOKENS_AT_ONCE) {
        step(part, false);
        part.clear();
        tokens = 0;
      }
      part.add(text);
      tokens += text.prompt.length;
    }
    if (!part.isEmpty()) {
      step(part, false);
    }
  }

  /** Reads the texts' prompts, or their newest tokens, and chooses the next token of each. */
  private void step(List<Text> part, boolean continuing) {
    Packing packing = packing(part, continuing);
    int[] tokens = new int[packing.rows()];
    int[] last = new int[part.size()];
    for (int i = 0; i < last.length; i++) {
      Text text = part.get(i);
      int[] from = continuing ? new int[] {text.made[text.count - 1]} : text.prompt;
      System.arraycopy(from, 0, tokens, packing.starts()[i], from.length);
      last[i] = packing.starts()[i + 1] - 1;
    }
    Arena.Mark mark = network.arena().mark();
    Pass pass = Pass.inference(tokens, packing, adapted);
    Mat logits = network.logits(pass, caches(part, continuing), last);
    float[] row = new float[logits.cols()];
    for (int i = 0; i < last.length; i++) {
      logits.get(i * logits.cols(), row, 0, row.length);
      part.get(i).filled += packing.length(i);
      part.get(i).accept(largest(row));
    }
    network.arena().release(mark);
  }

  private static Packing packing(List<Text> part, boolean continuing) {
    int[] starts = new int[part.size() + 1];
    for (int i = 0; i < part.size(); i++) {
      starts[i + 1] = starts[i] + (continuing ? 1 : part.get(i).prompt.length);
    }
    return new Packing(starts, part.stream().mapToInt(t -> t.filled).toArray());
  }

  private List<LayerCache> caches(List<Text> part, boolean continuing) {
    int[] filled = part.stream().mapToInt(t -> t.filled).toArray();
    return IntStream.range(0, config.layers())
        .mapToObj(
            layer ->
                new LayerCache(
                    part.stream().map(t -> t.keys[layer]).toArray(Mat[]::new),
                    part.stream().map(t -> t.values[layer]).toArray(Mat[]::new),
                    filled,
                    continuing))
        .toList();
  }

  /** Index of the largest logit, the first on ties. */
  private static int largest(float[] row) {
    int best = 0;
    for (int i = 1; i < row.length; i++) {
      if (row[i] > row[best]) {
        best = i;
      }
    }
    return best;
  }
}
