package org.radllama.train.tokenizer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * Byte-pair encoding as SentencePiece applies it: a text is cut into characters and user-defined
 * symbols; of all neighbours whose joint text is a piece, those with the highest score are joined
 * first, of equal ones the leftmost, until none is left. User-defined symbols are never joined, and
 * a piece of type UNUSED is taken apart again into what it was made from.
 *
 * <p>Symbols are numbers: a piece's id, a number beyond the ids for a character that is no piece by
 * itself but part of one, or {@link #UNKNOWN}. Which two make which third is worked out once, so
 * that a text costs a look-up for each neighbourhood and a heap of them: O(n log n).
 */
final class PieceMerger {
  /** A character that is no part of any piece, or a symbol that is never joined. */
  private static final int UNKNOWN = -1;

  private final List<Token> pieces;
  private final Map<String, Integer> ids;
  private final SymbolMatcher userDefined;
  private final boolean resegments;
  private final Map<Integer, Integer> characters = new HashMap<>();

  /** Piece that two neighbours make, by {@link #pair}. */
  private final Map<Long, Integer> merges = new HashMap<>();

  /** Place of each piece in the order of joining: equal scores share one. */
  private final int[] ranks;

  PieceMerger(SentencePieceModel model, SymbolMatcher userDefined) {
    this.pieces = model.pieces();
    this.ids = model.ids();
    this.userDefined = userDefined;
    this.resegments = pieces.stream().anyMatch(p -> p.type() == Vocabulary.Type.UNUSED);
    this.ranks = ranks(pieces);
    numberCharacters();
    for (int id = 0; id < pieces.size(); id++) {
      if (mergeable(pieces.get(id))) {
        addMerges(id);
      }
    }
  }

  private static boolean mergeable(Token piece) {
    return piece.type() == Vocabulary.Type.NORMAL || piece.type() == Vocabulary.Type.UNUSED;
  }

  private static int[] ranks(List<Token> pieces) {
    double[] scores =
        pieces.stream().mapToDouble(p -> -p.score() + 0.0).sorted().distinct().toArray();
    return pieces.stream().mapToInt(p -> Arrays.binarySearch(scores, -p.score() + 0.0)).toArray();
  }

  private void numberCharacters() {
    for (Token piece : pieces) {
      if (mergeable(piece)) {
        piece.text().codePoints().forEach(c -> characters.computeIfAbsent(c, this::numbered));
      }
    }
  }

  private int numbered(int character) {
    Integer id = ids.get(Character.toString(character));
    return id != null && mergeable(pieces.get(id)) ? id : pieces.size() + characters.size();
  }

  private void addMerges(int id) {
    String text = pieces.get(id).text();
    for (int cut = 1; cut < text.length(); cut++) {
      int left = symbol(text.substring(0, cut));
      int right = left == UNKNOWN ? UNKNOWN : symbol(text.substring(cut));
      if (right != UNKNOWN) {
        merges.put(pair(left, right), id);
      }
    }
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The symbol that reads like this, if joining can make one. */
  private int symbol(String text) {
    Integer id = ids.get(text);
    if (id != null && mergeable(pieces.get(id))) {
      return id;
    }
    int first = text.codePointAt(0);
    return Character.charCount(first) == text.length()
        ? characters.getOrDefault(first, UNKNOWN)
        : UNKNOWN;
  }

  /** Receives the parts of a text from left to right. */
  interface Sink {
    /**
     * One part.
     *
     * @param id the piece's, or -1 when it is none
     * @param from where it begins in the text, in chars
     */
    void part(int id, int from, int to);
  }

  /** Cuts a normalised text. */
  void cut(String text, Sink sink) {
    if (!text.isEmpty()) {
      Run run = new Run(text);
      run.join();
      run.emit(sink);
    }
  }

  /** One text being joined; symbols are a doubly linked list by index, in the text's order. */
  private final class Run {
    private final String text;
    private final int[] symbols;
    private final int[] starts;
    private final int[] next;
    private final int[] previous;

    /** Rank of the pair that a symbol makes with the next one, or -1. */
    private final int[] pairRank;

    private final int[] merged;

    /** Ranks and places of pairs, the least first. */
    private final PriorityQueue<Long> heap = new PriorityQueue<>();

    private final Map<Integer, int[]> unusedParts = new HashMap<>();
    private int count;

    Run(String text) {
      this.text = text;
      int n = text.length();
      symbols = new int[n];
      starts = new int[n + 1];
      cutCharacters();
      next = new int[count];
      previous = new int[count];
      pairRank = new int[count];
      merged = new int[count];
    }

    private void cutCharacters() {
      for (int at = 0; at < text.length(); count++) {
        starts[count] = at;
        int symbol = userDefined.longest(text, at);
        int character = text.codePointAt(at);
        symbols[count] = symbol > 0 ? UNKNOWN : characters.getOrDefault(character, UNKNOWN);
        at += symbol > 0 ? symbol : Character.charCount(character);
      }
      starts[count] = text.length();
    }

    void join() {
      for (int i = 0; i < count; i++) {
        next[i] = i + 1;
        previous[i] = i - 1;
      }
      for (int i = 0; i < count; i++) {
        look(i);
      }
      while (!heap.isEmpty()) {
        long best = heap.poll();
        int left = (int) best;
        // An entry whose pair is gone, or has become another of the same rank, which then is due.
        if (pairRank[left] == (int) (best >>> 32)) {
          joinWithNext(left);
        }
      }
    }

    private void joinWithNext(int left) {
      int right = next[left];
      symbols[left] = merged[left];
      next[left] = next[right];
      pairRank[right] = -1;
      if (next[right] < count) {
        previous[next[right]] = left;
      }
      if (previous[left] >= 0) {
        look(previous[left]);
      }
      look(left);
    }

    /** Finds what a symbol and the next one make. */
    private void look(int left) {
      pairRank[left] = -1;
      int right = next[left];
      if (right >= count || symbols[left] == UNKNOWN || symbols[right] == UNKNOWN) {
        return;
      }
      int id = merges.getOrDefault(pair(symbols[left], symbols[right]), -1);
      if (id >= 0) {
        merged[left] = id;
        pairRank[left] = ranks[id];
        heap.add((long) ranks[id] << 32 | left);
        if (resegments && pieces.get(id).type() == Vocabulary.Type.UNUSED) {
          unusedParts.put(id, new int[] {symbols[left], symbols[right]});
        }
      }
    }

    void emit(Sink sink) {
      for (int i = 0; i < count; i = next[i]) {
        int end = next[i] < count ? starts[next[i]] : text.length();
        if (symbols[i] >= 0 && symbols[i] < pieces.size()) {
          emit(symbols[i], starts[i], end, sink);
        } else {
          sink.part(userDefinedId(text.substring(starts[i], end)), starts[i], end);
        }
      }
    }

    /** A control piece of one character has no spelling either: in a text it is that character. */
    private int userDefinedId(String symbol) {
      Integer id = ids.get(symbol);
      return id != null && pieces.get(id).type() == Vocabulary.Type.USER_DEFINED ? id : -1;
    }

    private void emit(int symbol, int from, int to, Sink sink) {
      int[] parts = unusedParts.get(symbol);
      if (parts == null) {
        sink.part(symbol < pieces.size() ? symbol : -1, from, to);
        return;
      }
      int middle = from + length(parts[0], from);
      emit(parts[0], from, middle, sink);
      emit(parts[1], middle, to, sink);
    }

    private int length(int symbol, int from) {
      return symbol < pieces.size()
          ? pieces.get(symbol).text().length()
          : Character.charCount(text.codePointAt(from));
    }
  }
}
