package org.radllama.train.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.radllama.failure.BadInputException;

/** A {@code tokenizer.json} run by Hugging Face's own library, through DJL. */
final class HuggingFaceEngine implements TokenizerEngine {
  private final HuggingFaceTokenizer library;

  private HuggingFaceEngine(HuggingFaceTokenizer library) {
    this.library = library;
  }

  /**
   * Loads a tokenizer.
   *
   * @param shown the file's name for messages
   */
  static HuggingFaceEngine load(byte[] json, String shown) {
    // The library's own switches: no look-ups on the network, and the build without CUDA, which is
    // the one in its jar.
    setIfUnset("ai.djl.offline", "true");
    setIfUnset("OPT_OUT_TRACKING", "true");
    setIfUnset("RUST_FLAVOR", "cpu");
    Map<String, String> options =
        Map.of(
            "addSpecialTokens", "false", "truncation", "do_not_truncate", "padding", "do_not_pad");
    try {
      return new HuggingFaceEngine(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), options));
    } catch (IOException | RuntimeException e) {
      throw new BadInputException(shown + " cannot be loaded by the tokenizers library", e);
    }
  }

  private static void setIfUnset(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }

  @Override
  public int[] encode(String text) {
    long[] ids = library.encode(text, false, false).getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  @Override
  public String decode(int[] ids) {
    return library.decode(Arrays.stream(ids).asLongStream().toArray(), true);
  }

  @Override
  public void close() {
    library.close();
  }
}
