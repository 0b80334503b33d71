package org.radllama.ingest.clean;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The escapes of HL7 version 2, chapter 2.7, in text. */
final class Hl7Text {
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:\\.(br|sp|fi|nf|in|ti|sk|ce)[ ]?[+-]?\\d{0,3}|([FSTREHN])|X((?:[0-9A-Fa-f]{2}){1,64}))\\\\");

  private Hl7Text() {}

  /** The text with its escapes as what they stand for. */
  static String decode(String text) {
    return text.indexOf('\\') < 0
        ? text
        : ESCAPE.matcher(text).replaceAll(m -> Matcher.quoteReplacement(of(m)));
  }

  private static String of(MatchResult escape) {
    if (escape.group(1) != null) {
      return escape.group(1).equals("sk") ? " " : "\n";
    }
    if (escape.group(2) != null) {
      return switch (escape.group(2)) {
        case "F" -> "|";
        case "S" -> "^";
        case "T" -> "&";
        case "R" -> "~";
        case "E" -> "\\";
        default -> "";
      };
    }
    return bytes(HexFormat.of().parseHex(escape.group(3)));
  }

  /** Carriage return and newline in a row are one line end, since both are decoded to one. */
  private static String bytes(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    new String(bytes, StandardCharsets.UTF_8)
        .replace("\r\n", "\n")
        .chars()
        .forEach(c -> text.append(TextRule.character(c)));
    return text.toString();
  }
}
