package org.radllama.ingest.clean;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.text.StringEscapeUtils;

/**
 * The text of HTML, or of text with HTML in it. Only tags that HTML has are taken for tags, so that
 * {@code <5 mm} stays.
 */
final class HtmlText {
  private static final Pattern TAG =
      Pattern.compile(
          "<(?:(/?)(p|br|div|span|b|i|u|s|strong|em|table|tbody|thead|tfoot|tr|td|th|ul|ol|li|html|body|head|title|meta|link|style"
              + "|script|font|h[1-6]|pre|hr|center|a|sup|sub|img|small|big|blockquote|dl|dt|dd|del|ins|code|tt|col|colgroup|section"
              + "|article|header|footer|label|nobr|o:p)(?:\\s[^<>]*)?/?>|(!--)|!doctype[^<>]*>|\\?xml[^<>]*>|!\\[[^<>]*>)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern ENTITY =
      Pattern.compile("&(?:#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,8});");

  /** No style sheet is longer. */
  private static final int LONGEST_HIDDEN = 100_000;

  private static final Set<String> HIDDEN = Set.of("style", "script", "head", "title");
  private static final Set<String> CELLS = Set.of("td", "th");
  private static final Set<String> INLINE =
      Set.of(
          "span",
          "b",
          "i",
          "u",
          "s",
          "strong",
          "em",
          "font",
          "a",
          "sup",
          "sub",
          "img",
          "small",
          "big",
          "del",
          "ins",
          "code",
          "tt",
          "label",
          "nobr",
          "o:p",
          "meta",
          "link",
          "col",
          "colgroup",
          "style",
          "script",
          "head",
          "title");

  /** Where an element's end tag begins and ends; both behind the text where there is none. */
  private record Close(int start, int end) {}

  private final String text;
  private final Map<String, Close> closes = new HashMap<>();
  private boolean commentsEnd = true;

  private HtmlText(String text) {
    this.text = text;
  }

  /** The text without tags, its entities decoded once. */
  static String decode(String text) {
    String bare = text.indexOf('<') < 0 ? text : new HtmlText(text).withoutTags();
    return bare.indexOf('&') < 0
        ? bare
        : ENTITY.matcher(bare).replaceAll(m -> Matcher.quoteReplacement(entity(m.group())));
  }

  private static String entity(String entity) {
    String decoded;
    try {
      decoded = entity.equals("&apos;") ? "'" : StringEscapeUtils.unescapeHtml4(entity);
    } catch (IllegalArgumentException e) {
      return entity; // a number beyond those of characters
    }
    return decoded.length() == 1 && decoded.charAt(0) <= ' '
        ? TextRule.character(decoded.charAt(0))
        : decoded;
  }

  private String withoutTags() {
    StringBuilder bare = new StringBuilder(text.length());
    Matcher tag = TAG.matcher(text);
    int from = 0;
    while (tag.find(from)) {
      bare.append(text, from, tag.start());
      from = tag.end();
      if (tag.group(3) != null) {
        int end = commentsEnd ? text.indexOf("-->", from) : -1;
        commentsEnd = end >= 0;
        from = end < 0 ? from : end + 3;
      } else if (tag.group(2) != null) {
        String name = tag.group(2).toLowerCase(Locale.ROOT);
        boolean closes = !tag.group(1).isEmpty();
        if (CELLS.contains(name)) {
          bare.append(closes ? "\t" : "");
        } else if (!INLINE.contains(name)) {
          bare.append('\n');
        } else if (!closes && HIDDEN.contains(name)) {
          from = behind(name, from);
        }
      }
    }
    return bare.append(text, from, text.length()).toString();
  }

  /** Behind an element that shows nothing; behind its start tag where it is never closed. */
  private int behind(String name, int from) {
    // The same for every start tag before it, so that no part of the text is searched twice.
    Close close = closes.get(name);
    if (close == null || close.start() < from) {
      close = next(name, from);
      closes.put(name, close);
    }
    return close.end() <= text.length() && close.start() < from + LONGEST_HIDDEN
        ? close.end()
        : from;
  }

  private Close next(String name, int from) {
    int start = text.indexOf("</", from);
    while (start >= 0 && !text.regionMatches(true, start + 2, name, 0, name.length())) {
      start = text.indexOf("</", start + 2);
    }
    int end = start < 0 ? -1 : text.indexOf('>', start);
    int none = Integer.MAX_VALUE;
    return start < 0 ? new Close(none, none) : new Close(start, end < 0 ? none : end + 1);
  }
}
