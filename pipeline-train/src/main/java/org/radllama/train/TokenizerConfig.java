package org.radllama.train;

import org.radllama.run.SettingReader;
import org.radllama.run.Settings;
import org.radllama.train.tokenizer.BpeVocabulary;

/**
 * How to make a tokenizer; {@code conf/tokenizer.conf} explains each.
 *
 * @param vocabularySize the most tokens, more than the reserved ones
 * @param minCount how often a character or a pair must occur, at least 1
 */
public record TokenizerConfig(int vocabularySize, int minCount) {
  /**
   * Reads the settings.
   *
   * @throws org.radllama.run.JobFailure exit 2, naming every setting that cannot be
   */
  static TokenizerConfig of(Settings settings) {
    SettingReader r = new SettingReader(settings);
    TokenizerConfig config =
        new TokenizerConfig(
            r.atLeast(BpeVocabulary.RESERVED + 1, "vocab-size"), r.atLeast(1, "min-count"));
    r.report();
    return config;
  }
}
