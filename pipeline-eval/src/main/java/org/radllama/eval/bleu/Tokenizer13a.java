package org.radllama.eval.bleu;

import java.util.List;
import java.util.regex.Pattern;
import org.radllama.text.Whitespace;

/**
 * The tokeniser of mteval-v13a as sacreBLEU's {@code tok:13a} has it: marks stand alone, save for
 * apostrophes, hyphens, and points and commas between digits; case is kept. Four rules are applied
 * one after the other, each from left to right over what the one before it left:
 *
 * <ol>
 *   <li>ASCII punctuation other than {@code ' , - .} gets blanks around it;
 *   <li>a point or comma that does not follow a digit gets blanks around it;
 *   <li>a point or comma that no digit follows gets blanks around it;
 *   <li>a hyphen after a digit gets blanks around it.
 * </ol>
 */
final class Tokenizer13a {
  private static final List<Rule> RULES =
      List.of(
          new Rule(Pattern.compile("[!-&(-+/:-@\\[-`{-~]"), " $0 "),
          new Rule(Pattern.compile("([^0-9])([.,])"), "$1 $2 "),
          new Rule(Pattern.compile("([.,])([^0-9])"), " $1 $2"),
          new Rule(Pattern.compile("([0-9])(-)"), "$1 $2 "));

  private Tokenizer13a() {}

  private record Rule(Pattern found, String replacement) {}

  /** The tokens in the order of the text. */
  static List<String> tokens(String text) {
    // The rules count on a blank at either end.
    String line = " " + unescaped(Whitespace.strip(text)) + " ";
    for (Rule rule : RULES) {
      line = rule.found().matcher(line).replaceAll(rule.replacement());
    }
    String tokens = Whitespace.fold(line);
    return tokens.isEmpty() ? List.of() : List.of(tokens.split(" "));
  }

  private static String unescaped(String text) {
    return text.replace("<skipped>", "")
        .replace("-\n", "")
        .replace('\n', ' ')
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">");
  }
}
