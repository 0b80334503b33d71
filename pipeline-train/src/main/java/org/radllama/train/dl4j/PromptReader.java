package org.radllama.train.dl4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.train.dl4j.BeamKvCaches.Row;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * Reads the prompts of a batch: their common beginning once, then what is left of several together,
 * so that the weights are fetched seldom. Where rows could depend on their neighbours ({@link
 * Kernels#rowBlock}), each prompt is read whole and by itself. Either way a prompt's keys, values
 * and logits do not depend on the others.
 */
final class PromptReader {
  /** Tokens read together, unless one prompt has more: from there on more gain little. */
  static final int TOKENS_AT_ONCE = 768;

  private final LlamaNetwork network;
  private final boolean adapted;
  private final int block;

  PromptReader(LlamaNetwork network, boolean adapted) {
    this.network = network;
    this.adapted = adapted;
    this.block = network.rowBlock();
  }

  /** Takes the logits (1, vocabulary) behind a prompt. */
  interface Reader {
    void accept(int text, Matrix logits);
  }

  /** Fills the caches of the texts, which are empty, and hands on the logits in their order. */
  void read(List<BeamKvCaches> texts, Reader reader) {
    List<int[]> prompts = texts.stream().map(BeamKvCaches::prompt).toList();
    int shared = block == 0 ? 0 : shared(prompts, block);
    if (shared > 0) {
      readBeginning(texts, shared);
    }
    int from = 0;
    while (from < texts.size()) {
      int to = from + 1;
      int tokens = rows(prompts.get(from).length - shared);
      while (block > 0
          && to < texts.size()
          && tokens + rows(prompts.get(to).length - shared) <= TOKENS_AT_ONCE) {
        tokens += rows(prompts.get(to).length - shared);
        to++;
      }
      read(texts, from, to, shared, reader);
      from = to;
    }
  }

  /** The rows of whole blocks for so many tokens. */
  private int rows(int tokens) {
    return block == 0 ? tokens : (tokens + block - 1) / block * block;
  }

  /**
   * Tokens that all prompts begin with, fewer than any has: whole blocks of rows and of attention's
   * queries, which must stay the same.
   */
  static int shared(List<int[]> prompts, int block) {
    int[] first = prompts.get(0);
    int shared = prompts.size() == 1 ? 0 : first.length - 1;
    for (int[] prompt : prompts) {
      int mismatch = Arrays.mismatch(first, prompt);
      shared = Math.min(shared, mismatch < 0 ? first.length - 1 : mismatch);
      shared = Math.min(shared, prompt.length - 1);
    }
    int both = Kernels.QUERIES_AT_ONCE;
    while (both % block > 0) {
      both += Kernels.QUERIES_AT_ONCE;
    }
    return shared / both * both;
  }

  private void readBeginning(List<BeamKvCaches> texts, int shared) {
    KvCache first = texts.get(0).promptRow().cache();
    Pending beginning = new Pending(List.of(texts.get(0)), 0, shared);
    network.read(beginning.pass(), beginning.caches());
    for (BeamKvCaches text : texts.subList(1, texts.size())) {
      text.promptRow().cache().copyRows(first, 0, shared);
    }
  }

  private void read(List<BeamKvCaches> texts, int from, int to, int shared, Reader reader) {
    Pending pending = new Pending(texts.subList(from, to), shared, Integer.MAX_VALUE);
    Arena.Mark mark = network.arena().mark();
    Matrix logits = network.logits(pending.pass(), pending.caches());
    for (int i = 0; i < to - from; i++) {
      reader.accept(from + i, logits.rows(i, 1));
    }
    network.arena().release(mark);
  }

  /** The tokens of some prompts from one position to another, or to their ends. */
  private final class Pending {
    private final List<BeamKvCaches> texts;
    private final int from;
    private final int to;

    Pending(List<BeamKvCaches> texts, int from, int to) {
      this.texts = texts;
      this.from = from;
      this.to = to;
    }

    /** After each text's tokens others that fill up the block. */
    Pass pass() {
      int[] starts = new int[2 * texts.size() + 1];
      int[] offset = new int[2 * texts.size()];
      for (int i = 0; i < texts.size(); i++) {
        int count = Math.min(to, texts.get(i).prompt().length) - from;
        offset[2 * i] = from;
        starts[2 * i + 1] = starts[2 * i] + count;
        starts[2 * i + 2] = starts[2 * i] + rows(count);
      }
      int[] tokens = new int[starts[2 * texts.size()]];
      for (int i = 0; i < texts.size(); i++) {
        int count = starts[2 * i + 1] - starts[2 * i];
        System.arraycopy(texts.get(i).prompt(), from, tokens, starts[2 * i], count);
      }
      return Pass.prompts(tokens, new Packing(starts, offset), adapted);
    }

    List<LayerKvCache> caches() {
      List<Row> rows = new ArrayList<>();
      for (BeamKvCaches text : texts) {
        rows.add(text.promptRow().filled(from));
        rows.add(null);
      }
      return network.caches(rows);
    }
  }
}
