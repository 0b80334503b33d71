package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;
import org.radllama.failure.BadSettingException;
import org.radllama.run.Digests;

/**
 * A model's tokenizer: {@code tokenizer.json} run by Hugging Face's own library or, in a directory
 * without one, SentencePiece's {@code tokenizer.model}, which is how Llama 2 came. Every method may
 * be called from several threads at once.
 *
 * <p>Text is only ever text: where it holds the spelling of a special token, such as {@code </s>},
 * that spelling is encoded character by character and not as the token.
 */
public final class LlamaTokenizer implements AutoCloseable {
  /** Texts in front of a continuation, to learn how it is encoded when it is not a beginning. */
  private static final List<String> ANCHORS = List.of("\n", ":", ")", "0");

  private final int bos;
  private final int eos;
  private final int size;
  private final int used;
  private final Pattern special;
  private final Map<String, Integer> ids;
  private final String sha256;
  private final TokenizerEngine engine;

  private LlamaTokenizer(TokenizerFiles files, TokenizerEngine engine) {
    this.bos = files.bos();
    this.eos = files.eos();
    this.size = files.size();
    this.used = files.used();
    this.special = files.special();
    this.ids = files.ids();
    this.sha256 = Digests.sha256(files.file());
    this.engine = engine;
  }

  /**
   * Loads {@code tokenizer.json}, else {@code tokenizer.model}, and the files beside it.
   *
   * @param dir a model's or a tokenizer's directory, or a GGUF file; a Hadoop path
   * @throws BadInputException when a file is missing or not what it should be
   */
  public static LlamaTokenizer load(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    TokenizerFolder folder = TokenizerFolder.open(root.getFileSystem(hadoop), root);
    TokenizerFiles files = TokenizerFiles.read(folder);
    if (files.model().isPresent()) {
      return new LlamaTokenizer(files, new SentencePieceTokenizer(files.model().get()));
    }
    return new LlamaTokenizer(
        files, HuggingFaceEngine.load(files.file(), folder.shown(TokenizerFiles.JSON)));
  }

  /** Ids of a text that stands at the beginning, without begin and end tokens. */
  public int[] encode(String text) {
    Matcher found = special.matcher(text);
    if (!found.find()) {
      return engine.encode(text);
    }
    int cut = text.offsetByCodePoints(found.start(), 1);
    return concat(engine.encode(text.substring(0, cut)), encodeContinuation(text.substring(cut)));
  }

  /**
   * Ids of a text in which the spelling of a special token is that token, as transformers reads
   * what a chat template makes: without begin and end tokens other than those in it.
   *
   * @throws BadSettingException when the vocabulary is a {@code tokenizer.model}, which does not
   *     say how text goes on behind a special token
   */
  public int[] encodeMarked(String text) {
    return engine
        .encodeMarked(text)
        .orElseThrow(
            () ->
                new BadSettingException(
                    "prompt.template is chat, which needs tokenizer.json; there is only tokenizer.model"));
  }

  /** Whether {@link #encodeMarked} can be asked. */
  public boolean marksSpecial() {
    return engine.encodeMarked("").isPresent();
  }

  /** Where the first special token of a text stands, and behind its end; empty if there is none. */
  public Optional<MatchResult> firstSpecial(String text) {
    Matcher found = special.matcher(text);
    return found.find() ? Optional.of(found.toMatchResult()) : Optional.empty();
  }

  /**
   * Ids of a text that follows other text which ends in a line break. Llama 2's tokenizer puts a
   * blank before whatever it is given; a continuation must not have it.
   */
  public int[] encodeContinuation(String text) {
    int[] ids = new int[0];
    String rest = text;
    for (Matcher found = special.matcher(rest); found.find(); found = special.matcher(rest)) {
      int cut = rest.offsetByCodePoints(found.start(), 1);
      ids = concat(ids, rawContinuation(rest.substring(0, cut)));
      rest = rest.substring(cut);
    }
    return concat(ids, rawContinuation(rest));
  }

  private int[] rawContinuation(String text) {
    if (text.isEmpty()) {
      return new int[0];
    }
    for (String anchor : ANCHORS) {
      int[] before = engine.encode(anchor);
      int[] joint = engine.encode(anchor + text);
      if (startsWith(joint, before)) {
        return Arrays.copyOfRange(joint, before.length, joint.length);
      }
    }
    return engine.encode(text);
  }

  /**
   * Ids of a text and of what follows it, such that the first are always {@code encode(head)}: what
   * a model is given when it is asked is then what it was given when it learned.
   *
   * <p>With Llama 2's tokenizer, and those made here, no token crosses a line break, so that a head
   * that ends in one keeps its ids in {@code encode(head + tail)} and the tail has no blank in
   * front. A tokenizer that would merge across the border gets the two parts apart.
   *
   * @return the ids of the tail alone
   */
  public int[] encodeAfter(String head, int[] headIds, String tail) {
    int[] joint = encode(head + tail);
    return startsWith(joint, headIds)
        ? Arrays.copyOfRange(joint, headIds.length, joint.length)
        : encodeContinuation(tail);
  }

  private static boolean startsWith(int[] ids, int[] start) {
    return ids.length >= start.length
        && Arrays.equals(ids, 0, start.length, start, 0, start.length);
  }

  private static int[] concat(int[] first, int[] second) {
    int[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /**
   * The text of ids: special tokens and ids outside the vocabulary are skipped, and so is one blank
   * at the beginning.
   */
  public String decode(int[] ids) {
    return engine.decode(ids);
  }

  /** How a token is spelled; empty for an id without one. */
  public Optional<String> spelling(int id) {
    return ids.entrySet().stream()
        .filter(entry -> entry.getValue() == id)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /** Id of the begin token. */
  public int bos() {
    return bos;
  }

  /** Id of the end token. */
  public int eos() {
    return eos;
  }

  /** Number of ids: one more than the largest. */
  public int size() {
    return size;
  }

  /**
   * Refuses a model that has no row for a token that a text may become. As in transformers, special
   * tokens beyond the model's rows, such as a {@code [PAD]} that was added for training elsewhere,
   * may be in the tokenizer as long as they are not used.
   *
   * @param rows of the model's embedding
   * @param shown which tokenizer, for the message
   * @throws BadInputException naming both sizes
   */
  public void requireRows(int rows, String shown) {
    if (used > rows) {
      throw new BadInputException(
          format(
              "%s: the tokenizer has %d tokens, the model's embedding %d rows", shown, used, rows));
    }
  }

  /** Digest of {@code tokenizer.json} or {@code tokenizer.model}. */
  public String sha256() {
    return sha256;
  }

  /** Frees a library's memory; no other call may be running or follow. */
  @Override
  public void close() {
    engine.close();
  }
}
