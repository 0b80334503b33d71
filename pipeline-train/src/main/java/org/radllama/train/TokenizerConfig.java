package org.radllama.train;

import org.radllama.run.JobFailure;
import org.radllama.run.Settings;
import org.radllama.train.tokenizer.BpeVocabulary;

/**
 * How to make a tokenizer; {@code conf/tokenizer.conf} explains each.
 *
 * @param vocabularySize the most tokens
 * @param minCount how often a character or a pair must occur
 */
public record TokenizerConfig(int vocabularySize, long minCount) {
  public TokenizerConfig {
    if (vocabularySize <= BpeVocabulary.RESERVED) {
      throw JobFailure.usage(
          "vocab-size is %d, must be more than the %d reserved tokens"
              .formatted(vocabularySize, BpeVocabulary.RESERVED));
    }
    if (minCount < 1) {
      throw JobFailure.usage("min-count is %d, must be at least 1".formatted(minCount));
    }
  }

  static TokenizerConfig of(Settings settings) {
    return new TokenizerConfig(
        settings.config().getInt("vocab-size"), settings.config().getLong("min-count"));
  }
}
