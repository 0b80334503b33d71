package org.radllama.train.chat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** The filters, tests, methods and functions that templates may use. */
final class Builtins {
  private static final long LONGEST_RANGE = 100_000;
  private static final Set<String> METHODS =
      Set.of(
          "strip",
          "lstrip",
          "rstrip",
          "startswith",
          "endswith",
          "split",
          "upper",
          "lower",
          "capitalize",
          "replace",
          "find",
          "join");
  private static final String BLANKS = " \t\n\r\u000b\f";

  private Builtins() {}

  /** Values that can be assigned to, by name. */
  static final class Namespace extends LinkedHashMap<String, Object> {
    private static final long serialVersionUID = 1L;

    Namespace(Map<String, Object> values) {
      super(values);
    }
  }

  /** The functions that every template has. */
  static Scope globals() {
    return new Scope()
        .set("namespace", (Scope.Callable) (arguments, named) -> new Namespace(named))
        .set("dict", (Scope.Callable) (arguments, named) -> new LinkedHashMap<>(named))
        .set("range", (Scope.Callable) (arguments, named) -> range(arguments))
        .set(
            "raise_exception",
            (Scope.Callable)
                (arguments, named) -> {
                  throw new TemplateException(
                      "it refuses the conversation", Values.text(argument(arguments, 0, "")));
                });
  }

  private static List<Object> range(List<Object> arguments) {
    long from = arguments.size() > 1 ? Values.integer(arguments.get(0)) : 0;
    long to = Values.integer(arguments.get(Math.min(1, arguments.size() - 1)));
    long by = arguments.size() > 2 ? Values.integer(arguments.get(2)) : 1;
    if (by == 0 || Math.abs(to - from) > LONGEST_RANGE) {
      throw new TemplateException("range is too long");
    }
    List<Object> range = new ArrayList<>();
    LongStream.iterate(from, i -> by > 0 ? i < to : i > to, i -> i + by).forEach(range::add);
    return range;
  }

  private static Object argument(List<Object> arguments, int place, Object otherwise) {
    return place < arguments.size() ? arguments.get(place) : otherwise;
  }

  private static String text(Object value) {
    return Values.text(value);
  }

  static Object filter(String name, Object value, List<Object> more, Map<String, Object> named) {
    return switch (name) {
      case "trim" -> strip(text(value), argument(more, 0, null), true, true);
      case "length", "count" -> Values.length(value);
      case "tojson" -> Values.json(value, named.getOrDefault("indent", argument(more, 0, null)));
      case "default", "d" -> {
        boolean falsy = Values.truth(named.getOrDefault("boolean", argument(more, 1, false)));
        boolean absent = falsy ? !Values.truth(value) : !Values.isDefined(value);
        yield absent ? argument(more, 0, named.getOrDefault("default_value", "")) : value;
      }
      case "join" ->
          Values.list(value).stream()
              .map(Values::text)
              .collect(Collectors.joining(text(argument(more, 0, ""))));
      case "first" -> Values.item(Values.list(value), 0L);
      case "last" -> Values.item(Values.list(value), -1L);
      case "list" -> Values.list(value);
      case "reverse" -> Values.slice(value, null, null, -1L);
      case "upper" -> text(value).toUpperCase(Locale.ROOT);
      case "lower" -> text(value).toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalized(text(value));
      case "string", "safe" -> text(value);
      case "replace" -> text(value).replace(text(more.get(0)), text(more.get(1)));
      case "items" -> items(value);
      case "map" -> mapped(value, more, named);
      case "selectattr" -> selected(value, more, true, true);
      case "rejectattr" -> selected(value, more, true, false);
      case "select" -> selected(value, more, false, true);
      case "reject" -> selected(value, more, false, false);
      default -> throw new TemplateException("the filter %s is not supported".formatted(name));
    };
  }

  private static Object mapped(Object value, List<Object> more, Map<String, Object> named) {
    List<Object> mapped = new ArrayList<>();
    for (Object one : Values.list(value)) {
      mapped.add(
          named.containsKey("attribute")
              ? Values.item(one, named.get("attribute"))
              : filter(text(more.get(0)), one, more.subList(1, more.size()), named));
    }
    return mapped;
  }

  private static Object selected(
      Object value, List<Object> more, boolean attribute, boolean keeps) {
    int skipped = attribute ? 1 : 0;
    List<Object> kept = new ArrayList<>();
    for (Object one : Values.list(value)) {
      Object judged = attribute ? Values.item(one, more.get(0)) : one;
      boolean holds =
          more.size() > skipped
              ? test(text(more.get(skipped)), judged, more.subList(skipped + 1, more.size()))
              : Values.truth(judged);
      if (holds == keeps) {
        kept.add(one);
      }
    }
    return kept;
  }

  static boolean test(String name, Object value, List<Object> more) {
    return switch (name) {
      case "defined" -> Values.isDefined(value);
      case "undefined" -> !Values.isDefined(value);
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map;
      case "sequence" ->
          value instanceof String || value instanceof Collection || value instanceof Map;
      case "iterable" ->
          value instanceof String
              || value instanceof Collection
              || value instanceof Map
              || !Values.isDefined(value);
      case "number" -> value instanceof Number || value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "callable" -> value instanceof Scope.Callable;
      case "odd" -> Math.floorMod(Values.integer(value), 2) == 1;
      case "even" -> Math.floorMod(Values.integer(value), 2) == 0;
      case "divisibleby" -> Math.floorMod(Values.integer(value), Values.integer(more.get(0))) == 0;
      case "equalto", "eq" -> Values.equal(value, more.get(0));
      case "ne" -> !Values.equal(value, more.get(0));
      case "in" -> Values.contains(more.get(0), value);
      case "gt", "greaterthan" -> Values.compare(value, more.get(0)) > 0;
      case "lt", "lessthan" -> Values.compare(value, more.get(0)) < 0;
      default -> throw new TemplateException("the test %s is not supported".formatted(name));
    };
  }

  /** What a dot leads to: a method, else an element. */
  static Object attribute(Object of, String name) {
    if (of instanceof String text) {
      return METHODS.contains(name)
          ? (Scope.Callable) (arguments, named) -> method(text, name, arguments)
          : Values.UNDEFINED;
    }
    if (of instanceof Map<?, ?> map && !(of instanceof Namespace)) {
      switch (name) {
        case "items":
          return (Scope.Callable) (arguments, named) -> items(map);
        case "keys":
          return (Scope.Callable) (arguments, named) -> Values.list(map);
        case "values":
          return (Scope.Callable) (arguments, named) -> new ArrayList<Object>(map.values());
        case "get":
          return (Scope.Callable)
              (arguments, named) ->
                  map.containsKey(arguments.get(0))
                      ? map.get(arguments.get(0))
                      : argument(arguments, 1, null);
        default:
          break;
      }
    }
    if (!Values.isDefined(of)) {
      throw new TemplateException("%s of an undefined value".formatted(name));
    }
    return of == null ? Values.UNDEFINED : Values.item(of, name);
  }

  private static Object method(String text, String name, List<Object> arguments) {
    Object first = argument(arguments, 0, null);
    return switch (name) {
      case "strip" -> strip(text, first, true, true);
      case "lstrip" -> strip(text, first, true, false);
      case "rstrip" -> strip(text, first, false, true);
      case "startswith" -> text.startsWith(text(first));
      case "endswith" -> text.endsWith(text(first));
      case "split" -> split(text, first, argument(arguments, 1, -1L));
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "capitalize" -> capitalized(text);
      case "replace" -> text.replace(text(first), text(arguments.get(1)));
      case "find" -> (long) text.indexOf(text(first));
      case "join" ->
          Values.list(first).stream().map(Values::text).collect(Collectors.joining(text));
      default -> throw new IllegalStateException(name);
    };
  }

  private static String strip(String text, Object characters, boolean left, boolean right) {
    String stripped = characters == null ? null : text(characters);
    int from = 0;
    int to = text.length();
    while (left && from < to && goes(text.charAt(from), stripped)) {
      from++;
    }
    while (right && from < to && goes(text.charAt(to - 1), stripped)) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean goes(char c, String stripped) {
    return stripped != null
        ? stripped.indexOf(c) >= 0
        : BLANKS.indexOf(c) >= 0
            || c == '\u0085'
            || (c >= '\u001c' && c <= '\u001f')
            || Character.isSpaceChar(c);
  }

  private static List<Object> split(String text, Object by, Object most) {
    List<Object> parts = new ArrayList<>();
    if (by == null) {
      String stripped = strip(text, null, true, true);
      if (!stripped.isEmpty()) {
        Collections.addAll(parts, (Object[]) stripped.split("\\s+"));
      }
      return parts;
    }
    String separator = text(by);
    if (separator.isEmpty()) {
      throw new TemplateException("split needs a separator that is not empty");
    }
    long left = Values.integer(most);
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && left != 0;
        at = text.indexOf(separator, from), left--) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static List<Object> items(Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("items of a value that is not a mapping");
    }
    List<Object> items = new ArrayList<>();
    map.forEach((key, item) -> items.add(Arrays.asList(key, item)));
    return items;
  }
}
