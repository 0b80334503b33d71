package org.radllama.catalog;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.radllama.failure.BadSettingException;

/**
 * A table's name, {@code [CATALOG.]DB.TABLE[@SNAPSHOT]}.
 *
 * @param parts from the outermost to the table's own; two at least
 * @param snapshot the version that is meant; empty for the newest
 */
public record TableName(List<String> parts, OptionalLong snapshot) {
  /** Bare, or in backticks, of which two stand for one. */
  private static final Pattern PART =
      Pattern.compile("([^`.@\\s\\p{Cntrl}]+)|`((?:[^`\\p{Cntrl}]|``)+)`");

  private static final Pattern SNAPSHOT = Pattern.compile("@(0|[1-9][0-9]{0,18})");
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_-]+");

  public TableName {
    parts = List.copyOf(parts);
  }

  /**
   * Reads a name.
   *
   * @throws BadSettingException when it is none
   */
  public static TableName of(String flag, String text) {
    List<String> parts = new ArrayList<>();
    Matcher part = PART.matcher(text);
    int at = 0;
    while (part.region(at, text.length()).lookingAt()) {
      parts.add(part.group(1) != null ? part.group(1) : part.group(2).replace("``", "`"));
      at = part.end();
      if (at == text.length() || text.charAt(at) != '.') {
        break;
      }
      at++;
    }
    Matcher snapshot = SNAPSHOT.matcher(text).region(at, text.length());
    boolean pinned = snapshot.matches();
    if (parts.size() < 2 || !(pinned || at == text.length()) || text.endsWith(".")) {
      throw bad(flag, text);
    }
    try {
      return new TableName(
          parts,
          pinned ? OptionalLong.of(Long.parseLong(snapshot.group(1))) : OptionalLong.empty());
    } catch (NumberFormatException e) {
      throw bad(flag, text);
    }
  }

  private static BadSettingException bad(String flag, String text) {
    return new BadSettingException(
        "%s must be [CATALOG.]DB.TABLE[@SNAPSHOT], the snapshot a whole number, parts with other marks in backticks; not %s",
        flag, text);
  }

  /** As it stands in a statement: each part quoted, without the snapshot. */
  public String sql() {
    return parts.stream().map(TableName::quoted).collect(Collectors.joining("."));
  }

  /** One part of a name, as it stands in a statement. */
  public static String quoted(String part) {
    return "`" + part.replace("`", "``") + "`";
  }

  /** As a person gives it. */
  @Override
  public String toString() {
    String name =
        parts.stream()
            .map(part -> PLAIN.matcher(part).matches() ? part : quoted(part))
            .collect(Collectors.joining("."));
    return snapshot.isPresent() ? format("%s@%d", name, snapshot.getAsLong()) : name;
  }
}
