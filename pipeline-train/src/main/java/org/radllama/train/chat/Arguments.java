package org.radllama.train.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.radllama.train.chat.Scope.Expression;

/** What stands between parentheses behind a function, filter or test. */
record Arguments(List<Expression> plain, Map<String, Expression> byName) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  List<Object> values(Scope scope) {
    List<Object> values = new ArrayList<>();
    plain.forEach(one -> values.add(one.in(scope)));
    return values;
  }

  Map<String, Object> named(Scope scope) {
    Map<String, Object> named = new LinkedHashMap<>();
    byName.forEach((name, one) -> named.put(name, one.in(scope)));
    return named;
  }
}
