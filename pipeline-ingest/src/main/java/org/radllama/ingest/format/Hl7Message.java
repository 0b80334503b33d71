package org.radllama.ingest.format;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A message of HL7 version 2 (2.1 to 2.8) as segments of fields. Its first segment, MSH, says what
 * separates fields, components, repetitions and subcomponents, and what escapes them.
 */
final class Hl7Message {
  private static final Pattern HEX = Pattern.compile("X(?:[0-9A-Fa-f]{2})+");
  private static final Pattern BREAK = Pattern.compile("\\.(?:br|ce|sp ?\\+?[0-9]*)");
  private static final Pattern LAYOUT =
      Pattern.compile("H|N|\\.(?:fi|nf|(?:in|ti|sk) ?[+-]?[0-9]*)");

  private final char field;
  private final char component;
  private final char repetition;
  private final char escape;
  private final char subcomponent;
  private final Charset charset;
  private final List<List<String>> segments = new ArrayList<>();

  /**
   * A message.
   *
   * @param lines its segments from MSH on; a line that begins no segment continues with the one
   *     before
   * @param charset of what hexadecimal escapes stand for
   */
  Hl7Message(List<String> lines, Charset charset) {
    String header = lines.get(0);
    this.field = header.charAt(3);
    int end = header.indexOf(field, 4);
    String marks = end < 0 ? header.substring(4) : header.substring(4, end);
    this.component = marks.length() > 0 ? marks.charAt(0) : '^';
    this.repetition = marks.length() > 1 ? marks.charAt(1) : '~';
    this.escape = marks.length() > 2 ? marks.charAt(2) : '\\';
    this.subcomponent = marks.length() > 3 ? marks.charAt(3) : '&';
    this.charset = charset;
    Pattern start = Pattern.compile("[A-Z][A-Z0-9]{2}(?:" + Pattern.quote("" + field) + "|$)");
    List<String> whole = new ArrayList<>();
    for (String line : lines) {
      if (whole.isEmpty() || start.matcher(line).lookingAt()) {
        whole.add(line);
      } else {
        whole.set(whole.size() - 1, whole.get(whole.size() - 1) + "\n" + line);
      }
    }
    whole.forEach(line -> segments.add(split(line, field)));
  }

  /** The segments, each its fields; the first is the segment's name. */
  List<List<String>> segments() {
    return segments;
  }

  /** A field of a segment by its number in the standard, as it stands; empty if there is none. */
  static String raw(List<String> segment, int number) {
    // MSH-1 is the separator itself.
    int at = segment.get(0).equals("MSH") ? number - 1 : number;
    return at < segment.size() ? segment.get(at) : "";
  }

  /** A component of a field's first repetition by its number, unescaped. */
  String component(List<String> segment, int number, int part) {
    return component(split(raw(segment, number), repetition).get(0), part);
  }

  private String component(String value, int part) {
    List<String> parts = split(value, component);
    return part <= parts.size() ? text(parts.get(part - 1)) : "";
  }

  /** The parts between a value's components and subcomponents, unescaped. */
  List<String> parts(String value) {
    List<String> parts = new ArrayList<>();
    for (String one : split(split(value, repetition).get(0), component)) {
      split(one, subcomponent).forEach(part -> parts.add(text(part)));
    }
    return parts;
  }

  /** A field of text: its repetitions are lines. */
  String lines(String value) {
    return String.join("\n", split(value, repetition).stream().map(this::text).toList());
  }

  private static List<String> split(String text, char at) {
    return Arrays.asList(text.split(Pattern.quote(String.valueOf(at)), -1));
  }

  /** A text without its escapes; those that are not known stay as they are. */
  String text(String value) {
    int from = value.indexOf(escape);
    if (from < 0) {
      return value;
    }
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (from >= 0) {
      int end = value.indexOf(escape, from + 1);
      String plain = end < 0 ? null : unescaped(value.substring(from + 1, end));
      text.append(value, at, from);
      if (plain == null) {
        text.append(escape);
        at = from + 1;
      } else {
        text.append(plain);
        at = end + 1;
      }
      from = value.indexOf(escape, at);
    }
    return text.append(value, at, value.length()).toString();
  }

  /** What a code between two escape characters stands for; null if it is none. */
  private String unescaped(String code) {
    switch (code) {
      case "F":
        return String.valueOf(field);
      case "S":
        return String.valueOf(component);
      case "T":
        return String.valueOf(subcomponent);
      case "R":
        return String.valueOf(repetition);
      case "E":
        return String.valueOf(escape);
      default:
        if (HEX.matcher(code).matches()) {
          return hex(code);
        }
        if (BREAK.matcher(code).matches()) {
          return "\n";
        }
        return LAYOUT.matcher(code).matches() ? "" : null;
    }
  }

  private String hex(String code) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 1; i < code.length(); i += 2) {
      bytes.write(Integer.parseInt(code.substring(i, i + 2), 16));
    }
    try {
      String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
      return text.indexOf('\0') < 0 ? text : null;
    } catch (CharacterCodingException e) {
      return null; // It stays as it is written.
    }
  }
}
