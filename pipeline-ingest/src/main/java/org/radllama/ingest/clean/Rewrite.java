package org.radllama.ingest.clean;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.ingest.record.Edit;
import org.radllama.text.Whitespace;

/**
 * Rewritings of a section's text, in the order in which they are applied. None of them touches a
 * letter, digit or underscore other than the numbers of items, so marks of de-identification stay.
 */
public enum Rewrite {
  /**
   * The five predefined entities of XML become the characters they name: XML that was escaped twice
   * on its way leaves them in the text. They are decoded once, so that an escaped ampersand makes
   * no further entity.
   */
  DECODE_ENTITIES(Edit.ENTITIES_DECODED) {
    @Override
    String apply(String text) {
      return text.indexOf('&') < 0
          ? text
          : ENTITY
              .matcher(text)
              .replaceAll(found -> Matcher.quoteReplacement(CHARACTERS.get(found.group(1))));
    }
  },

  /** {@code 1. 2. 3.} in front of the items of a list go. */
  DROP_NUMBERS(Edit.NUMBERS_DROPPED) {
    @Override
    String apply(String text) {
      return ItemNumbers.drop(text);
    }
  },

  /** {@code ..} and {@code . .} become one period: what stood between was removed. */
  MERGE_PERIODS(Edit.PERIODS_MERGED) {
    @Override
    String apply(String text) {
      return text.indexOf('.') < 0 ? text : PERIODS.matcher(text).replaceAll(".");
    }
  },

  /** Newlines and runs of white space become one blank. */
  FOLD_WHITE_SPACE(Edit.WHITE_SPACE_FOLDED) {
    @Override
    String apply(String text) {
      return Whitespace.fold(text);
    }
  };

  private static final Pattern ENTITY = Pattern.compile("&(lt|gt|amp|quot|apos);");
  private static final Map<String, String> CHARACTERS =
      Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"", "apos", "'");
  private static final Pattern PERIODS = Pattern.compile("\\.(?:\\s*\\.)+");

  private final Edit edit;

  Rewrite(Edit edit) {
    this.edit = edit;
  }

  /** How a change by it is counted. */
  Edit edit() {
    return edit;
  }

  /** The text rewritten; the same where nothing applies. */
  abstract String apply(String text);
}
