package org.radllama.train.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.radllama.failure.BadInputException;

/**
 * The tokenizer of a text encoder, such as BERT's WordPiece or RoBERTa's BPE: {@code
 * tokenizer.json} by Hugging Face's own library, with the special tokens that it puts around a
 * text. May be used by several threads at once.
 */
public final class EncoderTokenizer implements AutoCloseable {
  private final HuggingFaceTokenizer library;
  private final int[] around;

  private EncoderTokenizer(HuggingFaceTokenizer library, int[] around) {
    this.library = library;
    this.around = around;
  }

  /**
   * Loads {@code tokenizer.json}.
   *
   * @param dir an encoder's directory; a Hadoop path
   * @throws BadInputException when there is none, or it puts other than one token before and one
   *     behind a text
   */
  public static EncoderTokenizer load(Configuration hadoop, String dir) throws IOException {
    Path root = new Path(dir);
    TokenizerFolder folder = TokenizerFolder.open(root.getFileSystem(hadoop), root);
    byte[] json =
        folder
            .read(TokenizerFiles.JSON)
            .orElseThrow(
                () -> new BadInputException("%s has no %s", folder.shown(""), TokenizerFiles.JSON));
    HuggingFaceTokenizer library =
        HuggingFaceEngine.load(json, folder.shown(TokenizerFiles.JSON)).library();
    int[] around = ids(library, "");
    if (around.length != 2) {
      library.close();
      throw new BadInputException(
          "%s puts %d special tokens around a text, an encoder's puts one before and one behind",
          folder.shown(TokenizerFiles.JSON), around.length);
    }
    return new EncoderTokenizer(library, around);
  }

  private static int[] ids(HuggingFaceTokenizer library, String text) {
    return LongStream.of(library.encode(text, true, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  /**
   * Ids of a text with the special tokens around it.
   *
   * @param most ids at most; tokens at the end of a longer text are left out, the special one stays
   */
  public int[] encode(String text, int most) {
    int[] ids = ids(library, text);
    if (ids.length <= most) {
      return ids;
    }
    int[] cut = Arrays.copyOf(ids, most);
    cut[most - 1] = around[1];
    return cut;
  }

  /** Whether an id is that of the token before or behind a text. */
  public boolean isAround(int id) {
    return id == around[0] || id == around[1];
  }

  /** Frees the library's memory; no other call may be running or follow. */
  @Override
  public void close() {
    library.close();
  }
}
