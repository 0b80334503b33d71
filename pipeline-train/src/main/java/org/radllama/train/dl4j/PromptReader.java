package org.radllama.train.dl4j;

import java.util.Arrays;
import java.util.List;
import org.radllama.train.kernels.Arena;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;
import org.radllama.train.kernels.Packing;

/**
 * Reads the prompts of a batch: their common beginning once, then what is left of several together,
 * so that the weights are fetched seldom. Where rows could depend on their neighbours ({@link
 * Kernels#rowsApart}), each prompt is read whole and by itself. Either way a prompt's keys, values
 * and logits do not depend on the others.
 */
final class PromptReader {
  /** Tokens read together, unless one prompt has more: from there on more gain little. */
  static final int TOKENS_AT_ONCE = 768;

  private final LlamaNetwork network;
  private final boolean adapted;
  private final boolean together;

  PromptReader(LlamaNetwork network, boolean adapted) {
    this.network = network;
    this.adapted = adapted;
    this.together = network.rowsApart();
  }

  /** Takes the logits (1, vocabulary) behind a prompt. */
  interface Reader {
    void accept(int text, Matrix logits);
  }

  /** Fills the caches of the texts, which are empty, and hands on the logits in their order. */
  void read(List<BeamKvCaches> texts, Reader reader) {
    List<int[]> prompts = texts.stream().map(BeamKvCaches::prompt).toList();
    int shared = together ? shared(prompts) : 0;
    if (shared > 0) {
      readBeginning(texts, shared);
    }
    int from = 0;
    while (from < texts.size()) {
      int to = from;
      int tokens = 0;
      do {
        tokens += prompts.get(to).length - shared;
        to++;
      } while (together
          && to < texts.size()
          && tokens + prompts.get(to).length - shared <= TOKENS_AT_ONCE);
      read(texts, from, to, shared, reader);
      from = to;
    }
  }

  /**
   * Tokens that all prompts begin with, fewer than any has: whole blocks of attention's queries,
   * which must stay the same.
   */
  static int shared(List<int[]> prompts) {
    if (prompts.size() < 2) {
      return 0;
    }
    int[] first = prompts.get(0);
    int shared = first.length - 1;
    for (int[] prompt : prompts) {
      int mismatch = Arrays.mismatch(first, prompt);
      shared = Math.min(shared, mismatch < 0 ? first.length - 1 : mismatch);
      shared = Math.min(shared, prompt.length - 1);
    }
    return shared / Kernels.QUERIES_AT_ONCE * Kernels.QUERIES_AT_ONCE;
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

    Pass pass() {
      int[] starts = new int[texts.size() + 1];
      int[] offset = new int[texts.size()];
      Arrays.fill(offset, from);
      for (int i = 0; i < texts.size(); i++) {
        starts[i + 1] = starts[i] + Math.min(to, texts.get(i).prompt().length) - from;
      }
      int[] tokens = new int[starts[texts.size()]];
      for (int i = 0; i < texts.size(); i++) {
        int count = starts[i + 1] - starts[i];
        System.arraycopy(texts.get(i).prompt(), from, tokens, starts[i], count);
      }
      return Pass.inference(tokens, new Packing(starts, offset), adapted, Pass.Kind.PROMPTS);
    }

    List<LayerKvCache> caches() {
      return network.caches(texts.stream().map(t -> t.promptRow().filled(from)).toList());
    }
  }
}
