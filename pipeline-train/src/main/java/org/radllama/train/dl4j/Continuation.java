package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.failure.BadSettingException;
import org.radllama.train.decode.TokenSearch;
import org.radllama.train.engine.Decoding;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;
import org.radllama.train.llama.LlamaConfig;

/**
 * Continues a batch of prompts, one token a step for each open beam, with cached keys and values.
 *
 * <p>Where {@link Kernels#rowsApart} holds, no bit of a text's logits depends on what is continued
 * beside it: neither a prompt's ({@link PromptReader}) nor a step's products depend on other rows
 * ({@link Kernels#eachTimesTransposed}). So a batch is only a way to read weights from the cache.
 */
final class Continuation {
  /** Rows of a step that go through the model together: what bounds its memory. */
  private static final int ROWS_AT_ONCE = 256;

  private final LlamaConfig config;
  private final LlamaNetwork network;
  private final Decoding how;
  private final boolean adapted;
  private final List<BeamKvCaches> texts = new ArrayList<>();
  private final float[][] logits;

  Continuation(LlamaConfig config, LlamaNetwork network, Decoding how, boolean adapted) {
    this.config = config;
    this.network = network;
    this.how = how;
    this.adapted = adapted;
    this.logits = new float[how.strategy().beams()][config.vocabularySize()];
  }

  List<int[]> run(List<int[]> prompts, long[] keys) {
    prompts.forEach(this::requireRoom);
    try {
      for (int i = 0; i < keys.length; i++) {
        TokenSearch search = TokenSearch.of(how, keys[i]);
        texts.add(
            new BeamKvCaches(network, config, prompts.get(i), search, how.strategy().beams()));
      }
      new PromptReader(network, adapted).read(texts, this::begin);
      List<BeamKvCaches> open = new ArrayList<>(texts);
      open.removeIf(BeamKvCaches::ended);
      while (!open.isEmpty()) {
        step(open);
        open.removeIf(BeamKvCaches::ended);
      }
      return texts.stream().flatMap(text -> text.texts().stream()).toList();
    } finally {
      texts.forEach(BeamKvCaches::free);
    }
  }

  private void requireRoom(int[] prompt) {
    if (prompt.length == 0 || prompt.length + how.maxNewTokens() > config.maxPositions()) {
      throw new BadSettingException(
          "a prompt of %d tokens cannot be continued by %d: it must have 1 to %d, so that both fit"
              + " the model's %d positions (max-length, max-new-tokens)",
          prompt.length,
          how.maxNewTokens(),
          config.maxPositions() - how.maxNewTokens(),
          config.maxPositions());
    }
  }

  private void begin(int text, Matrix last) {
    last.get(0, logits[0], 0, logits[0].length);
    texts.get(text).advance(logits);
  }

  /** Reads the newest token of every open beam and chooses the next. */
  private void step(List<BeamKvCaches> open) {
    List<BeamKvCaches.Row> rows = open.stream().flatMap(t -> t.nextRows().stream()).toList();
    Arena.Mark mark = network.arena().mark();
    List<Matrix> parts = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += ROWS_AT_ONCE) {
      parts.add(read(rows.subList(from, Math.min(from + ROWS_AT_ONCE, rows.size()))));
    }
    int row = 0;
    for (BeamKvCaches text : open) {
      int beams = text.beams();
      for (int beam = 0; beam < beams; beam++, row++) {
        Matrix part = parts.get(row / ROWS_AT_ONCE);
        int at = row % ROWS_AT_ONCE * part.cols();
        part.get(at, logits[beam], 0, part.cols());
      }
      text.advance(logits);
    }
    network.arena().release(mark);
  }

  /** Logits behind each row's token, (rows, vocabulary), in the arena. */
  private Matrix read(List<BeamKvCaches.Row> rows) {
    int[] tokens = rows.stream().mapToInt(BeamKvCaches.Row::token).toArray();
    int[] starts = IntStream.rangeClosed(0, rows.size()).toArray();
    int[] filled = rows.stream().mapToInt(BeamKvCaches.Row::filled).toArray();
    Pass pass = Pass.inference(tokens, new Packing(starts, filled), adapted, Pass.Kind.STEP);
    return network.logits(pass, network.caches(rows));
  }
}
