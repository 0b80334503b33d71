package org.radllama.train.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.radllama.failure.BadSettingException;

/**
 * Byte-pair encoding (Sennrich et al., arXiv 1508.07909) over counted words: the most frequent pair
 * of neighbouring pieces becomes a piece, until the vocabulary is full or no pair is frequent
 * enough. Pair counts are kept up to date word by word, so that a step costs only the words it
 * changes.
 *
 * <p>The result depends on the counts alone. Characters are numbered by falling count and then by
 * code point, pieces by their making; of pairs with one count the smaller left number comes first,
 * then the smaller right number.
 */
public final class BpeTrainer {
  private final long minCount;
  private final List<String> pieces = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<Word> words = new ArrayList<>();
  private final Map<Long, Pair> pairs = new HashMap<>();
  private final PriorityQueue<Candidate> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Candidate::count)
              .reversed()
              .thenComparingInt(c -> c.pair().left)
              .thenComparingInt(c -> c.pair().right));

  private BpeTrainer(long minCount) {
    this.minCount = minCount;
  }

  /**
   * Trains.
   *
   * @param words units of {@link WordSplitter} with their counts, in any order
   * @param vocabularySize the most tokens, with the reserved ones; fewer result when no pair is
   *     left that occurs often enough
   * @param minCount how often a character must occur to be in the alphabet, and a pair to be joined
   * @throws BadSettingException when the alphabet alone does not fit
   */
  public static BpeVocabulary train(Map<String, Long> words, int vocabularySize, long minCount) {
    BpeTrainer trainer = new BpeTrainer(minCount);
    int alphabet = trainer.takeAlphabet(words);
    int room = vocabularySize - BpeVocabulary.RESERVED;
    if (alphabet > room) {
      throw new BadSettingException(
          "vocab-size is %d, must be at least %d: %d reserved tokens and the %d characters that"
              + " occur %d times or more (min-count)",
          vocabularySize,
          BpeVocabulary.RESERVED + alphabet,
          BpeVocabulary.RESERVED,
          alphabet,
          minCount);
    }
    trainer.takeWords(words);
    List<BpeVocabulary.Merge> merges = trainer.merge(room);
    List<String> pieces = new ArrayList<>(trainer.pieces.subList(alphabet, trainer.pieces.size()));
    pieces.addAll(trainer.pieces.subList(0, alphabet));
    return new BpeVocabulary(merges, pieces);
  }

  /** A distinct word as piece numbers, the first {@code length} of the array. */
  private static final class Word {
    private final int[] symbols;
    private final long count;
    private int length;

    Word(int[] symbols, long count) {
      this.symbols = symbols;
      this.count = count;
      this.length = symbols.length;
    }
  }

  /** Two neighbouring pieces, how often they occur, and the words that have or had them. */
  private static final class Pair {
    private final int left;
    private final int right;
    private final List<Word> words = new ArrayList<>();
    private long count;

    Pair(int left, int right) {
      this.left = left;
      this.right = right;
    }
  }

  /** A pair with the count it had when it was queued. */
  private record Candidate(Pair pair, long count) {}

  private int takeAlphabet(Map<String, Long> words) {
    Map<Integer, Long> counts = new TreeMap<>();
    words.forEach((word, n) -> word.codePoints().forEach(c -> counts.merge(c, n, Long::sum)));
    counts.values().removeIf(n -> n < minCount);
    counts.entrySet().stream()
        .sorted(Map.Entry.<Integer, Long>comparingByValue().reversed())
        .forEach(e -> add(Character.toString(e.getKey())));
    return pieces.size();
  }

  private int add(String piece) {
    Integer known = ids.putIfAbsent(piece, pieces.size());
    if (known != null) {
      return known;
    }
    pieces.add(piece);
    return pieces.size() - 1;
  }

  /** Characters outside the alphabet become bytes, which no merge joins: they end a word. */
  private void takeWords(Map<String, Long> counted) {
    counted.forEach(
        (word, count) -> {
          int[] symbols =
              word.codePoints().map(c -> ids.getOrDefault(Character.toString(c), -1)).toArray();
          int start = 0;
          for (int i = 0; i <= symbols.length; i++) {
            if (i == symbols.length || symbols[i] < 0) {
              takeWord(Arrays.copyOfRange(symbols, start, i), count);
              start = i + 1;
            }
          }
        });
    pairs.values().forEach(this::enqueue);
  }

  private void takeWord(int[] symbols, long count) {
    Word word = new Word(symbols, count);
    if (symbols.length > 1) {
      words.add(word);
      count(word, count);
    }
  }

  /** Adds {@code sign} times the word's pairs; a pair learns of the word when it gains by it. */
  private void count(Word word, long change) {
    for (int i = 0; i + 1 < word.length; i++) {
      Pair pair = pair(word.symbols[i], word.symbols[i + 1]);
      pair.count += change;
      int last = pair.words.size() - 1;
      if (change > 0 && (last < 0 || pair.words.get(last) != word)) {
        pair.words.add(word);
      }
    }
  }

  private Pair pair(int left, int right) {
    return pairs.computeIfAbsent((long) left << 32 | right, k -> new Pair(left, right));
  }

  private void enqueue(Pair pair) {
    if (pair.count >= minCount) {
      queue.add(new Candidate(pair, pair.count));
    }
  }

  private List<BpeVocabulary.Merge> merge(int room) {
    // Two ways to one piece are two merges; a merge that applies again later is listed once.
    Map<Pair, BpeVocabulary.Merge> merges = new LinkedHashMap<>();
    while (pieces.size() < room && !queue.isEmpty()) {
      Candidate best = queue.poll();
      Pair pair = best.pair();
      if (best.count() != pair.count) {
        enqueue(pair);
        continue;
      }
      String left = pieces.get(pair.left);
      String right = pieces.get(pair.right);
      merges.putIfAbsent(pair, new BpeVocabulary.Merge(left, right));
      apply(pair, add(left + right));
    }
    return List.copyOf(merges.values());
  }

  private void apply(Pair pair, int merged) {
    List<Word> affected = List.copyOf(pair.words);
    pair.words.clear();
    Map<Long, Long> before = new HashMap<>();
    for (Word word : affected) {
      if (has(word, pair)) {
        remember(word, before);
        count(word, -word.count);
        join(word, pair, merged);
        remember(word, before);
        count(word, word.count);
      }
    }
    // Those that fell are put right when their candidate is taken; those that rose need a new one.
    before.forEach(
        (key, count) -> {
          Pair changed = pairs.get(key);
          if (changed.count > count) {
            enqueue(changed);
          }
        });
  }

  private void remember(Word word, Map<Long, Long> before) {
    for (int i = 0; i + 1 < word.length; i++) {
      Pair pair = pair(word.symbols[i], word.symbols[i + 1]);
      before.putIfAbsent((long) pair.left << 32 | pair.right, pair.count);
    }
  }

  private static boolean has(Word word, Pair pair) {
    for (int i = 0; i + 1 < word.length; i++) {
      if (word.symbols[i] == pair.left && word.symbols[i + 1] == pair.right) {
        return true;
      }
    }
    return false;
  }

  private static void join(Word word, Pair pair, int merged) {
    int to = 0;
    for (int i = 0; i < word.length; i++) {
      boolean here =
          i + 1 < word.length && word.symbols[i] == pair.left && word.symbols[i + 1] == pair.right;
      word.symbols[to++] = here ? merged : word.symbols[i];
      i += here ? 1 : 0;
    }
    word.length = to;
  }
}
