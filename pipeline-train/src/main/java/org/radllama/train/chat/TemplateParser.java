package org.radllama.train.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.train.chat.Scope.Expression;
import org.radllama.train.chat.Scope.Node;
import org.radllama.train.chat.TemplateTokens.Block;
import org.radllama.train.chat.TemplateTokens.Data;
import org.radllama.train.chat.TemplateTokens.Output;
import org.radllama.train.chat.TemplateTokens.Part;

/** The statements of a template. */
final class TemplateParser {
  private final List<Part> parts;
  private int at;
  private ExpressionParser closing;

  private TemplateParser(List<Part> parts) {
    this.parts = parts;
  }

  /** Leaves a pass of a loop, or the loop. */
  private static final class Jump extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final boolean leaves;

    Jump(boolean leaves) {
      super("outside a loop", null, false, false);
      this.leaves = leaves;
    }
  }

  static Node parse(String template) {
    TemplateParser parser = new TemplateParser(TemplateTokens.of(template));
    Node body = parser.body();
    if (parser.at < parser.parts.size()) {
      throw new TemplateException("a statement ends that was not begun");
    }
    return (scope, out) -> {
      try {
        body.render(scope, out);
      } catch (Jump e) {
        throw new TemplateException("break or continue stands outside a loop");
      }
    };
  }

  /** What stands up to a statement that is one of the words; its name is passed. */
  private Node body(String... until) {
    List<Node> nodes = new ArrayList<>();
    while (at < parts.size()) {
      Part part = parts.get(at++);
      if (part instanceof Data data) {
        nodes.add((scope, out) -> out.append(data.text()));
      } else if (part instanceof Output output) {
        ExpressionParser tag = new ExpressionParser(output.tokens());
        Expression value = tag.tuple();
        tag.end();
        nodes.add((scope, out) -> out.append(Values.text(value.in(scope))));
      } else if (part instanceof Block block) {
        ExpressionParser tag = new ExpressionParser(block.tokens());
        if (List.of(until).contains(tag.peek().text())) {
          closing = tag;
          return all(nodes);
        }
        nodes.add(statement(tag));
      }
    }
    if (until.length > 0) {
      throw new TemplateException("%s is missing".formatted(until[until.length - 1]));
    }
    return all(nodes);
  }

  private static Node all(List<Node> nodes) {
    return (scope, out) -> nodes.forEach(node -> node.render(scope, out));
  }

  private void ends() {
    closing.next();
    closing.end();
  }

  private Node statement(ExpressionParser tag) {
    String name = tag.name();
    return switch (name) {
      case "if" -> condition(tag);
      case "for" -> loop(tag);
      case "set" -> assignment(tag);
      case "macro" -> macro(tag);
      case "generation" -> {
        // Marks what a model says; the text stays.
        tag.end();
        Node body = body("endgeneration");
        ends();
        yield body;
      }
      case "break", "continue" -> {
        tag.end();
        yield (scope, out) -> {
          throw new Jump(name.equals("break"));
        };
      }
      default -> throw new TemplateException("the statement %s is not supported".formatted(name));
    };
  }

  private Node condition(ExpressionParser tag) {
    Expression condition = tag.tuple();
    tag.end();
    Node then = body("elif", "else", "endif");
    Node otherwise = (scope, out) -> {};
    ExpressionParser closed = closing;
    String word = closed.name();
    if (word.equals("elif")) {
      otherwise = condition(closed);
    } else {
      closed.end();
      if (word.equals("else")) {
        otherwise = body("endif");
        ends();
      }
    }
    Node last = otherwise;
    return (scope, out) -> (Values.truth(condition.in(scope)) ? then : last).render(scope, out);
  }

  private static List<String> targets(ExpressionParser tag) {
    boolean closed = tag.skip("(");
    List<String> names = new ArrayList<>(List.of(tag.name()));
    while (tag.skip(",")) {
      names.add(tag.name());
    }
    if (closed) {
      tag.expect(")");
    }
    return names;
  }

  private static void assign(Scope scope, List<String> names, Object value) {
    if (names.size() == 1) {
      scope.set(names.get(0), value);
      return;
    }
    List<Object> values = Values.list(value);
    if (values.size() != names.size()) {
      throw new TemplateException("there are more or fewer values than names");
    }
    for (int i = 0; i < names.size(); i++) {
      scope.set(names.get(i), values.get(i));
    }
  }

  private Node loop(ExpressionParser tag) {
    List<String> names = targets(tag);
    tag.expect("in");
    Expression over = tag.or();
    Optional<Expression> only = tag.skip("if") ? Optional.of(tag.expression()) : Optional.empty();
    tag.end();
    Node body = body("else", "endfor");
    Node otherwise = (scope, out) -> {};
    if (closing.peek().is("else")) {
      ends();
      otherwise = body("endfor");
    }
    ends();
    Node empty = otherwise;
    return (scope, out) -> {
      List<Object> items = new ArrayList<>();
      for (Object item : Values.list(over.in(scope))) {
        Scope pass = new Scope(scope);
        assign(pass, names, item);
        if (only.isEmpty() || Values.truth(only.get().in(pass))) {
          items.add(item);
        }
      }
      if (items.isEmpty()) {
        empty.render(scope, out);
      }
      passes(scope, names, items, body, out);
    };
  }

  private static void passes(
      Scope scope, List<String> names, List<Object> items, Node body, StringBuilder out) {
    for (int i = 0; i < items.size(); i++) {
      Scope pass = new Scope(scope).set("loop", loop(items, i));
      assign(pass, names, items.get(i));
      try {
        body.render(pass, out);
      } catch (Jump jump) {
        if (jump.leaves) {
          return;
        }
      }
    }
  }

  private static Map<String, Object> loop(List<Object> items, int at) {
    int size = items.size();
    Map<String, Object> loop = new LinkedHashMap<>();
    loop.put("index", at + 1L);
    loop.put("index0", (long) at);
    loop.put("revindex", (long) size - at);
    loop.put("revindex0", size - at - 1L);
    loop.put("first", at == 0);
    loop.put("last", at == size - 1);
    loop.put("length", (long) size);
    loop.put("previtem", at > 0 ? items.get(at - 1) : Values.UNDEFINED);
    loop.put("nextitem", at < size - 1 ? items.get(at + 1) : Values.UNDEFINED);
    return loop;
  }

  private Node assignment(ExpressionParser tag) {
    List<String> names = targets(tag);
    if (tag.skip(".")) {
      String key = tag.name();
      tag.expect("=");
      Expression value = tag.tuple();
      tag.end();
      return (scope, out) -> {
        if (!(scope.get(names.get(0)) instanceof Builtins.Namespace namespace)) {
          throw new TemplateException("set changes a value that is not a namespace");
        }
        namespace.put(key, value.in(scope));
      };
    }
    if (tag.skip("=")) {
      Expression value = tag.tuple();
      tag.end();
      return (scope, out) -> assign(scope, names, value.in(scope));
    }
    tag.end();
    Node body = body("endset");
    ends();
    return (scope, out) -> {
      StringBuilder text = new StringBuilder();
      body.render(new Scope(scope), text);
      assign(scope, names, text.toString());
    };
  }

  private Node macro(ExpressionParser tag) {
    String name = tag.name();
    Map<String, Optional<Expression>> parameters = new LinkedHashMap<>();
    tag.expect("(");
    while (!tag.skip(")")) {
      String parameter = tag.name();
      parameters.put(parameter, tag.skip("=") ? Optional.of(tag.expression()) : Optional.empty());
      if (!tag.peek().is(")")) {
        tag.expect(",");
      }
    }
    tag.end();
    Node body = body("endmacro");
    ends();
    return (scope, out) ->
        scope.set(
            name,
            (Scope.Callable)
                (arguments, named) -> {
                  Scope call = new Scope(scope);
                  List<Object> left = new ArrayList<>(arguments);
                  parameters.forEach(
                      (parameter, otherwise) ->
                          call.set(parameter, given(parameter, left, named, otherwise, call)));
                  StringBuilder text = new StringBuilder();
                  body.render(call, text);
                  return text.toString();
                });
  }

  private static Object given(
      String parameter,
      List<Object> left,
      Map<String, Object> named,
      Optional<Expression> otherwise,
      Scope call) {
    if (!left.isEmpty()) {
      return left.remove(0);
    }
    if (named.containsKey(parameter)) {
      return named.get(parameter);
    }
    return otherwise.map(value -> value.in(call)).orElse(Values.UNDEFINED);
  }
}
