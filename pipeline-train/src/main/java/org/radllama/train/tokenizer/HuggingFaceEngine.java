package org.radllama.train.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.radllama.failure.BadInputException;
import org.radllama.run.Json;

/** A {@code tokenizer.json} run by Hugging Face's own library, through DJL. */
record HuggingFaceEngine(HuggingFaceTokenizer library) implements TokenizerEngine {

  /**
   * Loads a tokenizer.
   *
   * @param shown the file's name for messages
   * @throws BadInputException when it is no JSON, or nothing that the library can bear or load
   */
  static HuggingFaceEngine load(byte[] json, String shown) {
    try {
      TokenizerGuard.check(Json.parse(json), shown);
    } catch (IOException e) {
      throw new BadInputException(shown + " is not JSON", e);
    }
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
    return Arrays.stream(library.encode(text, false, false).getIds())
        .mapToInt(id -> (int) id)
        .toArray();
  }

  /** The library finds special tokens in any text. */
  @Override
  public Optional<int[]> encodeMarked(String text) {
    return Optional.of(encode(text));
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
