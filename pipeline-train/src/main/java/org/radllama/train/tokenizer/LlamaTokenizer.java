package org.radllama.train.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.ingest.run.Digests;
import org.radllama.ingest.run.ExitCode;
import org.radllama.ingest.run.JobFailure;

/**
 * A model's tokenizer, run by Hugging Face's own library. Every method may be called from several
 * threads at once.
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
  private final Pattern special;
  private final String sha256;
  private final HuggingFaceTokenizer library;

  private LlamaTokenizer(TokenizerFiles files, HuggingFaceTokenizer library) {
    this.bos = files.bos();
    this.eos = files.eos();
    this.size = files.size();
    this.special = files.special();
    this.sha256 = Digests.sha256(files.json());
    this.library = library;
  }

  /**
   * Loads {@code tokenizer.json} and the files beside it.
   *
   * @param dir a model's or a tokenizer's directory, a Hadoop path
   * @throws JobFailure exit 3 when a file is missing or not what it should be
   */
  public static LlamaTokenizer load(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    TokenizerFiles files = TokenizerFiles.read(root.getFileSystem(hadoop), root);
    // The library's own switches: no look-ups on the network, and the build without CUDA, which is
    // the one in its jar.
    setIfUnset("ai.djl.offline", "true");
    setIfUnset("OPT_OUT_TRACKING", "true");
    setIfUnset("RUST_FLAVOR", "cpu");
    try {
      return new LlamaTokenizer(
          files,
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(files.json()),
              Map.of(
                  "addSpecialTokens",
                  "false",
                  "truncation",
                  "do_not_truncate",
                  "padding",
                  "do_not_pad")));
    } catch (IOException | RuntimeException e) {
      throw new JobFailure(
          ExitCode.INPUT,
          "%s/tokenizer.json cannot be loaded by the tokenizers library"
              .formatted(root.toUri().getPath()),
          e);
    }
  }

  private static void setIfUnset(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Ids of a text that stands at the beginning, without begin and end tokens. */
  public int[] encode(String text) {
    Matcher found = special.matcher(text);
    if (!found.find()) {
      return raw(text);
    }
    int cut = text.offsetByCodePoints(found.start(), 1);
    return concat(raw(text.substring(0, cut)), encodeContinuation(text.substring(cut)));
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
      int[] before = raw(anchor);
      int[] joint = raw(anchor + text);
      if (startsWith(joint, before)) {
        return Arrays.copyOfRange(joint, before.length, joint.length);
      }
    }
    return raw(text);
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

  private int[] raw(String text) {
    long[] ids = library.encode(text, false, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
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

  /** The text of ids: special tokens are skipped, and so is one blank at the beginning. */
  public String decode(int[] ids) {
    return library.decode(Arrays.stream(ids).asLongStream().toArray(), true);
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

  /** Digest of {@code tokenizer.json}. */
  public String sha256() {
    return sha256;
  }

  /** Frees the library's memory; no other call may be running or follow. */
  @Override
  public void close() {
    library.close();
  }
}
