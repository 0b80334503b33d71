package org.radllama.deploy.security;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Seeks a word in bytes: as letters of either case, in UTF-16, and in the forms in which logs print
 * bytes.
 */
final class Traces {
  private static final int CONTEXT = 100;

  private final Map<String, byte[]> folded = new LinkedHashMap<>();
  private final Map<String, byte[]> exact = new LinkedHashMap<>();

  /**
   * Traces of a word.
   *
   * @param word letters a to z, at least nine
   */
  Traces(String word) {
    byte[] ascii = bytes(word);
    folded.put("text", ascii);
    folded.put("utf-16", word.substring(1).getBytes(StandardCharsets.UTF_16LE));
    // Without the first letter, which may be a capital.
    byte[] tail = Arrays.copyOfRange(ascii, 1, ascii.length);
    folded.put("hexadecimal", bytes(HexFormat.of().formatHex(tail)));
    folded.put("numbers", bytes(numbers(tail, ", ")));
    folded.put("numbers without blanks", bytes(numbers(tail, ",")));
    for (int shift = 0; shift < 3; shift++) {
      byte[] shifted = Arrays.copyOfRange(tail, shift, shift + 6);
      exact.put("base64 " + shift, bytes(Base64.getEncoder().encodeToString(shifted)));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String numbers(byte[] bytes, String between) {
    return new String(bytes, StandardCharsets.US_ASCII)
        .chars()
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(between));
  }

  /** The files below a folder that hold the word, each with the first place. */
  List<String> below(Path folder, Predicate<Path> leftOut) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        Path relative = folder.relativize(file);
        if (!leftOut.test(relative)) {
          in(Files.readAllBytes(file)).forEach(place -> found.add(relative + ": " + place));
        }
        in(bytes(relative.toString().replaceAll("[^ -~]", "?")))
            .forEach(place -> found.add("name of " + relative));
      }
    }
    return found;
  }

  /** The forms in which bytes hold the word, each with its first place. */
  List<String> in(byte[] bytes) {
    List<String> found = new ArrayList<>();
    byte[] lower = bytes.clone();
    for (int i = 0; i < lower.length; i++) {
      if (lower[i] >= 'A' && lower[i] <= 'Z') {
        lower[i] = (byte) (lower[i] + 32);
      }
    }
    folded.forEach((form, pattern) -> seek(form, pattern, lower, found));
    exact.forEach((form, pattern) -> seek(form, pattern, bytes, found));
    return found;
  }

  private static void seek(String form, byte[] pattern, byte[] bytes, List<String> found) {
    for (int at = 0; at <= bytes.length - pattern.length; at++) {
      if (bytes[at] == pattern[0]
          && Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
        int from = Math.max(0, at - CONTEXT);
        int to = Math.min(bytes.length, at + CONTEXT);
        Charset latin = StandardCharsets.ISO_8859_1;
        String around = new String(bytes, from, to - from, latin).replaceAll("[^ -~]+", " ");
        found.add(String.format(Locale.ROOT, "%s at byte %d: %s", form, at, around));
        return;
      }
    }
  }
}
