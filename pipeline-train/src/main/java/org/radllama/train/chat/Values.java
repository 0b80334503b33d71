package org.radllama.train.chat;

import static org.radllama.text.Format.format;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Values of a template and what Python makes of them: texts, {@code Long}, {@code Double}, {@code
 * Boolean}, lists, maps with texts as keys, {@code null} for none and {@link #UNDEFINED}.
 */
final class Values {
  /** What a name without a value stands for. */
  static final Object UNDEFINED = new Object();

  private static final int LONGEST = 1 << 24;

  private Values() {}

  static boolean isDefined(Object value) {
    return !UNDEFINED.equals(value);
  }

  static boolean truth(Object value) {
    if (value == null || !isDefined(value)) {
      return false;
    }
    if (value instanceof Boolean b) {
      return b;
    }
    if (value instanceof Number number) {
      return number.doubleValue() != 0;
    }
    return !(value instanceof String || value instanceof Collection || value instanceof Map)
        || length(value) > 0;
  }

  static long length(Object value) {
    if (value instanceof String text) {
      return text.codePointCount(0, text.length());
    }
    if (value instanceof Collection<?> list) {
      return list.size();
    }
    if (value instanceof Map<?, ?> map) {
      return map.size();
    }
    if (!isDefined(value)) {
      return 0;
    }
    throw new TemplateException("length of a value that has none");
  }

  static boolean equal(Object a, Object b) {
    Object left = a instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : a;
    Object right = b instanceof Boolean flag ? (Object) (flag ? 1L : 0L) : b;
    if (left instanceof Number x && right instanceof Number y) {
      return x.doubleValue() == y.doubleValue();
    }
    return Objects.equals(left, right);
  }

  static int compare(Object a, Object b) {
    if (a instanceof Number x && b instanceof Number y) {
      return Double.compare(x.doubleValue(), y.doubleValue());
    }
    if (a instanceof String x && b instanceof String y) {
      return x.compareTo(y);
    }
    throw new TemplateException("values of different kinds are compared");
  }

  /** Whether a comparison holds. */
  static boolean related(String operator, Object a, Object b) {
    return switch (operator) {
      case "==" -> equal(a, b);
      case "!=" -> !equal(a, b);
      case "in" -> contains(b, a);
      case "not in" -> !contains(b, a);
      case "<" -> compare(a, b) < 0;
      case "<=" -> compare(a, b) <= 0;
      case ">" -> compare(a, b) > 0;
      default -> compare(a, b) >= 0;
    };
  }

  static boolean contains(Object container, Object item) {
    if (container instanceof String text && item instanceof String part) {
      return text.contains(part);
    }
    if (container instanceof Map<?, ?> map) {
      return map.containsKey(item);
    }
    if (container instanceof Collection || !isDefined(container)) {
      return list(container).stream().anyMatch(one -> equal(one, item));
    }
    throw new TemplateException("in is applied to a value that holds nothing");
  }

  /** What a loop goes over. */
  static List<Object> list(Object value) {
    if (value instanceof Collection<?> list) {
      return new ArrayList<>(list);
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return new ArrayList<>(text.codePoints().mapToObj(Character::toString).toList());
    }
    if (!isDefined(value)) {
      return List.of();
    }
    throw new TemplateException("a loop over a value that is not a list");
  }

  /** As {@code str} has it. */
  static String text(Object value) {
    if (value instanceof String || value instanceof Long) {
      return value.toString();
    }
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof Double number) {
      return decimal(number);
    }
    if (!isDefined(value)) {
      return "";
    }
    throw new TemplateException("output of a value that is not a text");
  }

  private static String decimal(double number) {
    String plain = BigDecimal.valueOf(number).toPlainString();
    return plain.contains(".") ? plain : plain + ".0";
  }

  static long integer(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new TemplateException("a value that is not a whole number, where one is needed");
  }

  /** A sum, difference and the like of two values. */
  static Object combine(String operator, Object a, Object b) {
    if (operator.equals("~")) {
      return combine("+", text(a), text(b));
    }
    if (operator.equals("+") && a instanceof String x && b instanceof String y) {
      if (x.length() + (long) y.length() > LONGEST) {
        throw new TemplateException("a text grows too long");
      }
      return x + y;
    }
    if (operator.equals("+") && a instanceof List<?> x && b instanceof List<?> y) {
      List<Object> both = new ArrayList<>(x);
      both.addAll(y);
      return both;
    }
    if (operator.equals("*") && a instanceof String x) {
      long times = Math.max(0, integer(b));
      if (times > LONGEST || x.length() * times > LONGEST) {
        throw new TemplateException("a text grows too long");
      }
      return x.repeat(Math.toIntExact(times));
    }
    if (!(a instanceof Number && b instanceof Number)) {
      throw new TemplateException("the two sides of %s do not match".formatted(operator));
    }
    if (a instanceof Long x && b instanceof Long y && !operator.equals("/")) {
      return whole(operator, x, y);
    }
    double x = ((Number) a).doubleValue();
    double y = ((Number) b).doubleValue();
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "/" -> x / y;
      default -> throw new TemplateException(operator + " of fractions is not supported");
    };
  }

  private static Object whole(String operator, long x, long y) {
    if (y == 0 && (operator.equals("//") || operator.equals("%"))) {
      throw new TemplateException("division by zero");
    }
    return switch (operator) {
      case "+" -> x + y;
      case "-" -> x - y;
      case "*" -> x * y;
      case "//" -> Math.floorDiv(x, y);
      case "%" -> Math.floorMod(x, y);
      default -> throw new TemplateException(operator + " is not supported");
    };
  }

  /** An element, or {@link #UNDEFINED}. */
  static Object item(Object of, Object key) {
    if (of instanceof Map<?, ?> map && map.containsKey(key)) {
      return map.get(key);
    }
    if ((of instanceof List || of instanceof String) && key instanceof Long place) {
      List<Object> all = list(of);
      long at = place < 0 ? place + all.size() : place;
      return at >= 0 && at < all.size() ? all.get(Math.toIntExact(at)) : UNDEFINED;
    }
    if (of == null || !isDefined(of)) {
      throw new TemplateException("an element of an undefined value");
    }
    return UNDEFINED;
  }

  /** Python's slice; null bounds are the ends. */
  static Object slice(Object of, Object from, Object to, Object by) {
    List<Object> all = list(of);
    long step = by == null ? 1 : integer(by);
    if (step == 0) {
      throw new TemplateException("a slice has step 0");
    }
    int size = all.size();
    long start = bound(from, size, step, step > 0 ? 0 : size - 1);
    long end = to == null ? (step > 0 ? size : -1) : bound(to, size, step, 0);
    List<Object> part = new ArrayList<>();
    for (long i = start; step > 0 ? i < end : i > end; i += step) {
      part.add(all.get(Math.toIntExact(i)));
    }
    if (of instanceof String) {
      StringBuilder text = new StringBuilder();
      part.forEach(text::append);
      return text.toString();
    }
    return part;
  }

  private static long bound(Object given, int size, long step, long otherwise) {
    if (given == null) {
      return otherwise;
    }
    long at = integer(given);
    at = at < 0 ? at + size : at;
    return step > 0 ? Math.max(0, Math.min(at, size)) : Math.max(-1, Math.min(at, size - 1));
  }

  /** As {@code json.dumps} writes it, without escapes of what is no ASCII. */
  static String json(Object value, Object indent) {
    StringBuilder json = new StringBuilder();
    int blanks = indent == null ? -1 : Math.toIntExact(Math.min(integer(indent), 16));
    json(value, blanks, "\n", json);
    return json.toString();
  }

  private static void json(Object value, int blanks, String line, StringBuilder json) {
    String inner = blanks < 0 ? "" : line + " ".repeat(blanks);
    String between = blanks < 0 ? ", " : "," + inner;
    String end = blanks < 0 ? "" : line;
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      String before = "{" + inner;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.append(before).append(quoted(entry.getKey().toString())).append(": ");
        json(entry.getValue(), blanks, line + " ".repeat(Math.max(blanks, 0)), json);
        before = between;
      }
      json.append(end).append('}');
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      String before = "[" + inner;
      for (Object item : list) {
        json.append(before);
        json(item, blanks, line + " ".repeat(Math.max(blanks, 0)), json);
        before = between;
      }
      json.append(end).append(']');
    } else if (value instanceof Collection) {
      json.append("[]");
    } else if (value instanceof Map) {
      json.append("{}");
    } else if (value == null) {
      json.append("null");
    } else if (isDefined(value)) {
      json.append(
          value instanceof String text ? quoted(text) : text(value).toLowerCase(Locale.ROOT));
    } else {
      throw new TemplateException("tojson of something undefined");
    }
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int place = "\"\\\n\r\t\b\f".indexOf(c);
      if (place >= 0) {
        quoted.append('\\').append("\"\\nrtbf".charAt(place));
      } else if (c < ' ') {
        quoted.append(format("\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
