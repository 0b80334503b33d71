package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadSettingException;

/**
 * A tokenizer as a list of tokens and a rule how text is cut, for programs that have neither
 * SentencePiece nor Hugging Face's library.
 *
 * @param rule how text becomes tokens
 * @param tokens by id; there may be gaps
 * @param merges for the byte-level rules: pairs to join with a blank between, the first first
 * @param blankInFront whether a text gets a blank in front before it is cut
 * @param unknown id of the token for what nothing else stands for, if there is one
 * @param bos id of the begin token
 * @param eos id of the end token
 */
public record Vocabulary(
    Rule rule,
    SortedMap<Integer, Token> tokens,
    List<String> merges,
    boolean blankInFront,
    Optional<Integer> unknown,
    int bos,
    int eos) {

  /** How text is cut. */
  public enum Rule {
    /**
     * SentencePiece's BPE: of neighbours whose joint text is a token, those with the highest score
     * are joined first; what is no token becomes bytes. Blanks are U+2581.
     */
    PIECES,

    /** Byte-level BPE on the words of Llama 3's pattern; a word that is a token stays whole. */
    BYTES_LLAMA3,

    /** Byte-level BPE on the words of GPT-2's pattern. */
    BYTES_GPT2,

    /** The same after every digit was set apart. */
    BYTES_DIGITS,

    /** Byte-level BPE on the words of Qwen 2's pattern. */
    BYTES_QWEN2
  }

  /** What a token is for, in the order of SentencePiece's numbers, which others took over. */
  public enum Type {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE;

    /** SentencePiece's number. */
    @SuppressWarnings("EnumOrdinal") // The constants stand in SentencePiece's order.
    public int number() {
      return ordinal() + 1;
    }
  }

  /** A token; the score counts under {@link Rule#PIECES} alone. */
  public record Token(String text, float score, Type type) {
    /** Of tokens that no joining makes. */
    static final float LEAST = -1e6f;

    /** Words of reports may stand in tokens. */
    @Override
    public String toString() {
      return "Token[" + type + "]";
    }
  }

  /**
   * Reads a tokenizer's directory, or a GGUF file's tokenizer.
   *
   * @throws BadSettingException when the tokenizer does something that no rule here does
   * @throws org.radllama.failure.BadInputException when a file is missing or not what it should be
   */
  public static Vocabulary read(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    TokenizerFolder folder = TokenizerFolder.open(root.getFileSystem(hadoop), root);
    TokenizerFiles files = TokenizerFiles.read(folder);
    return files.model().isPresent()
        ? SentencePieceVocabulary.of(files, files.model().get(), folder.shown(TokenizerFiles.MODEL))
        : JsonVocabulary.of(files, folder.shown(TokenizerFiles.JSON));
  }

  static BadSettingException unsupported(String shown, String reason) {
    return new BadSettingException(
        "export is gguf, but %s %s, which GGUF cannot express; adapter and merged work",
        shown, reason);
  }

  /**
   * Tokens without gaps, as many as the model has rows; what no token stands for is an unused one
   * with a name of its own.
   */
  public List<Token> padded(int rows) {
    Set<String> texts = new HashSet<>();
    tokens.values().forEach(t -> texts.add(t.text()));
    return IntStream.range(0, rows)
        .mapToObj(
            id -> {
              Token token = tokens.get(id);
              return token != null ? token : unused(id, texts);
            })
        .toList();
  }

  private static Token unused(int id, Set<String> texts) {
    String text = format("[PAD%d]", id);
    while (!texts.add(text)) {
      text += "_";
    }
    return new Token(text, Token.LEAST, Type.UNUSED);
  }

  @Override
  public String toString() {
    return format("Vocabulary[%s, %d tokens]", rule, tokens.size());
  }
}
