package org.radllama.train.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A template's text cut into data and tags, with white space as Jinja handles it under {@code
 * trim_blocks} and {@code lstrip_blocks}, and a tag's inside cut into tokens.
 */
final class TemplateTokens {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)"
              + "|(?<float>[0-9]+\\.[0-9]+)"
              + "|(?<integer>[0-9]+)"
              + "|(?<string>'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\")"
              + "|(?<mark>\\*\\*|//|==|!=|<=|>=|[-+*/%~<>=()\\[\\]{}.,:|]))",
          Pattern.DOTALL);
  private static final Pattern RAW_END = Pattern.compile("\\{%-?\\s*endraw\\s*-?%\\}");

  private final String source;
  private final List<Part> parts = new ArrayList<>();
  private int at;
  private boolean lineStart = true;
  private boolean stripNext;

  private TemplateTokens(String source) {
    this.source = source;
  }

  /** What a template consists of. */
  sealed interface Part {}

  /** Text that stands as it is. */
  record Data(String text) implements Part {}

  /** An expression whose value is put out. */
  record Output(List<Token> tokens) implements Part {}

  /** A statement. */
  record Block(List<Token> tokens) implements Part {}

  /** What a token is. */
  enum Kind {
    NAME,
    FLOAT,
    INTEGER,
    STRING,
    MARK
  }

  /** A token; a string's text is what it means. */
  record Token(Kind kind, String text) {
    boolean is(String word) {
      return kind != Kind.STRING && text.equals(word);
    }
  }

  static List<Part> of(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    TemplateTokens tokens = new TemplateTokens(source);
    while (tokens.at < source.length()) {
      tokens.next();
    }
    return tokens.parts;
  }

  private void next() {
    int tag = nextTag();
    data(source.substring(at, tag), tag);
    at = tag;
    if (tag == source.length()) {
      return;
    }
    char kind = source.charAt(tag + 1);
    if (kind == '#') {
      int end = source.indexOf("#}", tag + 2);
      if (end < 0) {
        throw new TemplateException("a comment is not closed");
      }
      close(end, 2, true);
      return;
    }
    List<Token> inside = new ArrayList<>();
    int end = tokens(kind == '%' ? "%}" : "}}", inside);
    boolean raw = kind == '%' && inside.size() == 1 && inside.get(0).is("raw");
    close(end, 2, kind == '%' && !raw);
    if (kind == '{') {
      parts.add(new Output(inside));
    } else if (raw) {
      raw();
    } else {
      parts.add(new Block(inside));
    }
  }

  private int nextTag() {
    for (int i = at; i + 1 < source.length(); i++) {
      if (source.charAt(i) == '{' && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  /** Adds text, without what the tag before and the tag behind take away. */
  private void data(String text, int tag) {
    String kept = stripNext ? text.stripLeading() : text;
    boolean starts = lineStart && kept.length() == text.length();
    stripNext = false;
    if (tag < source.length()) {
      char sign = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      if (sign == '-') {
        kept = kept.stripTrailing();
      } else if (sign != '+' && source.charAt(tag + 1) != '{') {
        int line = kept.lastIndexOf('\n') + 1;
        if ((line > 0 || starts) && kept.substring(line).isBlank()) {
          kept = kept.substring(0, line);
        }
      }
    }
    if (!kept.isEmpty()) {
      parts.add(new Data(kept));
    }
  }

  /** Passes a tag's end; a block's or comment's takes the line break behind it away. */
  private void close(int end, int length, boolean trims) {
    char sign = source.charAt(end - 1);
    at = end + length;
    stripNext = sign == '-';
    lineStart = false;
    if (trims && sign != '-' && sign != '+' && at < source.length() && source.charAt(at) == '\n') {
      at++;
      lineStart = true;
    }
  }

  private int tokens(String closing, List<Token> inside) {
    int from = at + 2;
    if (from < source.length() && "-+".indexOf(source.charAt(from)) >= 0) {
      from++;
    }
    Matcher token = TOKEN.matcher(source);
    int depth = 0;
    while (true) {
      int end = from;
      while (end < source.length() && Character.isWhitespace(source.charAt(end))) {
        end++;
      }
      boolean signed =
          end < source.length()
              && "-+".indexOf(source.charAt(end)) >= 0
              && source.startsWith(closing, end + 1);
      if (depth == 0 && (signed || source.startsWith(closing, end))) {
        return signed ? end + 1 : end;
      }
      token.region(from, source.length());
      if (!token.lookingAt()) {
        throw new TemplateException(
            end >= source.length() ? "a tag is not closed" : "a tag holds an unknown character");
      }
      Token found = token(token);
      depth += found.is("{") ? 1 : found.is("}") ? -1 : 0;
      inside.add(found);
      from = token.end();
    }
  }

  private static Token token(Matcher token) {
    for (Kind kind : Kind.values()) {
      String text = token.group(kind.name().toLowerCase(Locale.ROOT));
      if (text != null) {
        return new Token(
            kind, kind == Kind.STRING ? unescaped(text.substring(1, text.length() - 1)) : text);
      }
    }
    throw new IllegalStateException("a token of no kind");
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
        continue;
      }
      char next = text.charAt(++i);
      int digits = next == 'x' ? 2 : next == 'u' ? 4 : 0;
      int simple = "nrt0abfv\\'\"\n".indexOf(next);
      if (digits > 0 && i + digits < text.length()) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 1 + digits), 16));
        i += digits;
      } else if (simple >= 0) {
        plain.append(
            simple == 11 ? "" : "\n\r\t\0\u0007\b\f\u000b\\'\"".substring(simple, simple + 1));
      } else {
        plain.append('\\').append(next);
      }
    }
    return plain.toString();
  }

  private void raw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException("raw is not closed");
    }
    String text = source.substring(at, end.start());
    text = stripNext ? text.stripLeading() : text;
    parts.add(new Data(source.charAt(end.start() + 2) == '-' ? text.stripTrailing() : text));
    at = end.start();
    close(end.end() - 2, 2, true);
  }
}
