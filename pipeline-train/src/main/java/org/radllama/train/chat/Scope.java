package org.radllama.train.chat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names and their values; a loop's pass and a macro's call have a scope of their own. */
final class Scope {
  /** More than any conversation needs; a template from elsewhere may be made to never end. */
  private static final int MOST_SCOPES = 1_000_000;

  private final Scope outer;
  private final Map<String, Object> names = new HashMap<>();
  private final int[] made;

  /** A scope without an outer one, from which the scopes of one rendering are counted. */
  Scope() {
    outer = null;
    made = new int[1];
  }

  Scope(Scope outer) {
    this.outer = outer;
    this.made = outer.made;
    if (++made[0] > MOST_SCOPES) {
      throw new TemplateException("it loops too often");
    }
  }

  Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      if (scope.names.containsKey(name)) {
        return scope.names.get(name);
      }
    }
    return Values.UNDEFINED;
  }

  Scope set(String name, Object value) {
    names.put(name, value);
    return this;
  }

  /** What can be called. */
  interface Callable {
    Object call(List<Object> arguments, Map<String, Object> named);
  }

  /** An expression, ready to be computed. */
  interface Expression {
    Object in(Scope scope);
  }

  /** A part of a template, ready to be put out. */
  interface Node {
    void render(Scope scope, StringBuilder out);
  }
}
