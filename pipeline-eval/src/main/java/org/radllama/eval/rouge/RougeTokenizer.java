package org.radllama.eval.rouge;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.eval.ngram.CharTable;
import org.radllama.eval.ngram.TokenIds;
import org.radllama.text.Words;

/**
 * rouge_score's tokeniser: the text in lower case, cut into runs of {@code [a-z0-9]}; tokens of
 * more than three characters are stemmed on request. Every other character separates, all of
 * Unicode beyond ASCII too, except that U+0130 lowers to an i and a separator and U+212A to a k.
 *
 * <p>Or {@link Words} of any script, of which only ASCII ones are stemmed.
 *
 * <p>Tokens become dense ids, the same for the same token until {@link #forget} clears the memory.
 */
final class RougeTokenizer {
  private static final int SHORTEST_STEMMED = 4;
  private static final int DOTTED_CAPITAL_I = 0x130;
  private static final int KELVIN_SIGN = 0x212A;

  /** Bounds what a scorer remembers, whatever the number of texts. */
  private static final int MOST_TOKENS = 1 << 18;

  private static final int MOST_CHARACTERS = 1 << 23;

  /** The character in lower case where it belongs to a token, else 0. */
  private static final char[] LOWER = lower();

  private final boolean stemming;
  private final boolean unicode;
  private final CharTable words = new CharTable();
  private final CharTable stems = new CharTable();
  private int[] idOfWord = new int[512];
  private char[] text = new char[1024];
  private char[] token = new char[64];
  private int tokenLength;
  private int polynomial;

  RougeTokenizer(boolean stemming, Tokenization tokens) {
    this.stemming = stemming;
    this.unicode = tokens == Tokenization.UNICODE;
  }

  /** The tokens themselves, for people and tests. */
  static List<String> tokens(String text, boolean stemming) {
    List<String> tokens = new ArrayList<>();
    StringBuilder token = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      char lowered = lowered(c);
      if (lowered != 0) {
        token.append(lowered);
      }
      if ((lowered == 0 || c == DOTTED_CAPITAL_I) && token.length() > 0) {
        boolean stem = stemming && token.length() >= SHORTEST_STEMMED;
        tokens.add(stem ? PorterStemmer.stem(token.toString()) : token.toString());
        token.setLength(0);
      }
    }
    return tokens;
  }

  /** Whether anything of a text belongs to a token. */
  static boolean hasTokens(String text) {
    return text.chars().anyMatch(c -> lowered((char) c) != 0);
  }

  /** One more than the highest id given out. */
  int size() {
    return stemming ? stems.size() : words.size();
  }

  /** Clears the memory if it is full. Ids given out before then mean nothing any more. */
  void forget() {
    if (words.size() > MOST_TOKENS || words.characters() > MOST_CHARACTERS) {
      words.clear();
      stems.clear();
    }
  }

  /** Replaces {@code into} by the text's tokens. */
  void tokenize(String source, TokenIds into) {
    into.clear();
    if (unicode) {
      tokenizeWords(source, into);
      return;
    }
    int length = source.length();
    if (text.length < length) {
      text = new char[length + length / 2];
    }
    source.getChars(0, length, text, 0);
    for (int i = 0; i < length; i++) {
      char c = text[i];
      char lowered = lowered(c);
      if (lowered != 0) {
        append(lowered);
      }
      if (lowered == 0 || c == DOTTED_CAPITAL_I) {
        endToken(into);
        if (c == '\n') {
          into.endLine();
        }
      }
    }
    endToken(into);
    into.endLine();
  }

  private void tokenizeWords(String source, TokenIds into) {
    for (String line : source.split("\n", -1)) {
      String separated = Words.of(line);
      for (int i = 0; i < separated.length(); i++) {
        if (separated.charAt(i) == ' ') {
          endToken(into);
        } else {
          append(separated.charAt(i));
        }
      }
      endToken(into);
      into.endLine();
    }
  }

  private static char lowered(char c) {
    if (c < LOWER.length) {
      return LOWER[c];
    }
    return c == DOTTED_CAPITAL_I ? 'i' : c == KELVIN_SIGN ? 'k' : 0;
  }

  private void append(char c) {
    if (tokenLength == token.length) {
      token = Arrays.copyOf(token, tokenLength * 2);
    }
    token[tokenLength++] = c;
    polynomial = 31 * polynomial + c;
  }

  private void endToken(TokenIds into) {
    if (tokenLength > 0) {
      into.add(id());
      tokenLength = 0;
      polynomial = 0;
    }
  }

  private int id() {
    int known = words.size();
    int word = words.intern(token, tokenLength, CharTable.finish(polynomial));
    if (!stemming) {
      return word;
    }
    if (word == known) {
      remember(word);
    }
    return idOfWord[word];
  }

  private void remember(int word) {
    if (word >= idOfWord.length) {
      idOfWord = Arrays.copyOf(idOfWord, word * 2);
    }
    int length =
        tokenLength >= SHORTEST_STEMMED && isAscii()
            ? PorterStemmer.stem(token, tokenLength)
            : tokenLength;
    idOfWord[word] = stems.intern(token, length, CharTable.hash(token, length));
  }

  /** The stemmer is English. */
  private boolean isAscii() {
    for (int i = 0; i < tokenLength; i++) {
      if (token[i] >= LOWER.length) {
        return false;
      }
    }
    return true;
  }

  private static char[] lower() {
    char[] table = new char[128];
    for (char c = '0'; c <= '9'; c++) {
      table[c] = c;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      table[c] = c;
      table[c - 'a' + 'A'] = c;
    }
    return table;
  }
}
