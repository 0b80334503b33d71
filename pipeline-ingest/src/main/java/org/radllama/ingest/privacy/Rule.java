package org.radllama.ingest.privacy;

import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of identifiers, tried on texts in lower case. All its repetitions are bounded, so that
 * the time is linear in the text's length.
 *
 * @param kind of what it finds
 * @param anchor the group {@code hit} is the identifier
 * @param holds what a pattern cannot say, of a match and the text in its own case
 */
record Rule(Identifier kind, Anchor anchor, BiPredicate<Matcher, String> holds) {
  /** Before a word or number. */
  static final String BEGIN = "(?<![\\p{L}\\p{N}])";

  /** Behind a word or number. */
  static final String END = "(?![\\p{L}\\p{N}])";

  /** Behind a number that is no measurement. */
  static final String NO_UNIT =
      "(?!\\s?+(?:mm|cm|dm|m|ml|cc|dl|l|mg|kg|g|gm|hu|hounsfield|khz|mhz|hz|kv|kvp|mas|msv|mgy|inch|inches|in\\.|degrees?|percent|fr"
          + "|french|gauge|pixels?|x\\s?+\\d)(?![\\p{L}])|\\s?+[%\\u00b0\\u00d7])";

  static Rule of(Identifier kind, String regex) {
    return of(kind, regex, (match, text) -> true);
  }

  static Rule of(Identifier kind, String regex, BiPredicate<Matcher, String> holds) {
    return new Rule(kind, new Anchor(Pattern.compile(regex)), holds);
  }

  void find(Scanned text, Consumer<Hit> to) {
    anchor.find(
        text.lower(),
        text.words(),
        match -> {
          if (holds.test(match, text.text())) {
            to.accept(new Hit(kind, match.start("hit"), match.end("hit")));
          }
        });
  }
}
