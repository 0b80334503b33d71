package org.radllama.train.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.radllama.train.decode.TokenSearch;
import org.radllama.train.decode.TokenSearch.Beam;
import org.radllama.train.llama.LlamaConfig;

/**
 * One text being continued: its search, and a cache for each open beam. A beam that goes on once
 * keeps its cache; where it goes on more often, the others take over caches of beams that ended and
 * copy only the rows in which the two differ. The prompt is read once, and copied once to each
 * cache.
 */
final class BeamKvCaches {
  /** Room for new tokens that a cache begins with: about an impression. */
  private static final int FIRST_ROOM = 48;

  private final LlamaNetwork network;
  private final LlamaConfig config;
  private final int[] prompt;
  private final TokenSearch search;
  private final Slot[] slots;
  private int[] slotOf = {0};
  private List<Beam> open = List.of(new Beam(0, -1));
  private int made;
  private int reads;

  /**
   * A cache and whose rows it holds.
   *
   * @param history for each new token's row an id; two slots of the same id in a row are equal in
   *     all rows up to it
   */
  private record Slot(KvCache cache, int[] history) {}

  /**
   * A token to read.
   *
   * @param filled rows that its beam's cache holds
   */
  record Row(int token, KvCache cache, int filled) {
    Row filled(int rows) {
      return new Row(token, cache, rows);
    }
  }

  BeamKvCaches(
      LlamaNetwork network, LlamaConfig config, int[] prompt, TokenSearch search, int beams) {
    this.network = network;
    this.config = config;
    this.prompt = prompt;
    this.search = search;
    this.slots = new Slot[beams];
    slots[0] = slot();
  }

  private Slot slot() {
    int room = Math.min(config.maxPositions(), prompt.length + FIRST_ROOM);
    int[] history = new int[config.maxPositions() - prompt.length];
    return new Slot(new KvCache(network, config, room), history);
  }

  int[] prompt() {
    return prompt;
  }

  /** Where the prompt goes. */
  Row promptRow() {
    return new Row(prompt[0], slots[0].cache, 0);
  }

  /** How many beams are open. */
  int beams() {
    return open.size();
  }

  boolean ended() {
    return open.isEmpty();
  }

  List<int[]> texts() {
    return search.texts();
  }

  /** Takes the newest token of each open beam; its rows must then be appended to the caches. */
  List<Row> nextRows() {
    int filled = prompt.length + made;
    List<Row> rows =
        IntStream.range(0, open.size())
            .mapToObj(i -> row(open.get(i).token(), slots[slotOf[i]], filled))
            .toList();
    made++;
    return rows;
  }

  private Row row(int token, Slot slot, int filled) {
    slot.cache.reserve(filled + 1, config.maxPositions());
    slot.history[made] = ++reads;
    return new Row(token, slot.cache, filled);
  }

  /** Chooses the next tokens from the logits behind each open beam, best beam first. */
  void advance(float[][] logits) {
    open = search.next(logits);
    if (open.isEmpty()) {
      free();
    } else {
      slotOf = place();
    }
  }

  private int[] place() {
    int[] next = new int[open.size()];
    Arrays.fill(next, -1);
    boolean[] taken = new boolean[slots.length];
    for (int i = 0; i < next.length; i++) {
      int parent = slotOf[open.get(i).parent()];
      if (!taken[parent]) {
        taken[parent] = true;
        next[i] = parent;
      }
    }
    for (int i = 0; i < next.length; i++) {
      if (next[i] < 0) {
        next[i] = copy(slots[slotOf[open.get(i).parent()]], taken);
        taken[next[i]] = true;
      }
    }
    return next;
  }

  /** Copies a beam's cache to the slot that needs the fewest rows for it. */
  private int copy(Slot from, boolean[] taken) {
    int best = -1;
    int most = -2;
    for (int i = 0; i < slots.length; i++) {
      int shared = taken[i] ? -3 : shared(from, slots[i]);
      if (shared > most) {
        best = i;
        most = shared;
      }
    }
    int first = prompt.length + most;
    if (slots[best] == null) {
      slots[best] = slot();
      first = 0;
    }
    int filled = prompt.length + made;
    slots[best].cache.reserve(filled, config.maxPositions());
    slots[best].cache.copyRows(from.cache, first, filled);
    System.arraycopy(from.history, 0, slots[best].history, 0, made);
    return best;
  }

  /** New tokens' rows that two slots have in common, -1 if the second is not in use yet. */
  private int shared(Slot a, Slot b) {
    if (b == null) {
      return -1;
    }
    int differs = Arrays.mismatch(a.history, 0, made, b.history, 0, made);
    return differs < 0 ? made : differs;
  }

  void free() {
    for (int i = 0; i < slots.length; i++) {
      if (slots[i] != null) {
        slots[i].cache.free();
        slots[i] = null;
      }
    }
  }
}
