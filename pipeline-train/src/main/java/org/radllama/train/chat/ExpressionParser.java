package org.radllama.train.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.radllama.train.chat.Scope.Expression;
import org.radllama.train.chat.TemplateTokens.Kind;
import org.radllama.train.chat.TemplateTokens.Token;

/** The expressions in a tag, with Jinja's precedence. */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> NO_ARGUMENT =
      Set.of("else", "or", "and", "is", "if", "in", "not");
  private static final Token END = new Token(Kind.MARK, "");

  private final List<Token> tokens;
  private int at;

  ExpressionParser(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return at < tokens.size() ? tokens.get(at) : END;
  }

  Token next() {
    Token token = peek();
    at++;
    return token;
  }

  boolean skip(String word) {
    if (!peek().is(word)) {
      return false;
    }
    at++;
    return true;
  }

  void expect(String word) {
    if (!skip(word)) {
      throw new TemplateException("%s is missing".formatted(word));
    }
  }

  String name() {
    Token token = next();
    if (token.kind() != Kind.NAME) {
      throw new TemplateException("a name is missing");
    }
    return token.text();
  }

  void end() {
    if (at < tokens.size()) {
      throw new TemplateException("a tag continues where it should end");
    }
  }

  /** An expression, with if and else behind it. */
  Expression expression() {
    Expression value = or();
    while (skip("if")) {
      Expression then = value;
      Expression condition = or();
      Expression otherwise = skip("else") ? expression() : scope -> Values.UNDEFINED;
      value = scope -> Values.truth(condition.in(scope)) ? then.in(scope) : otherwise.in(scope);
    }
    return value;
  }

  /** A list's bare form, as in {@code for x in a, b} or {@code set x = a, b}. */
  Expression tuple() {
    Expression first = expression();
    if (!peek().is(",")) {
      return first;
    }
    List<Expression> all = new ArrayList<>(List.of(first));
    while (skip(",") && at < tokens.size()) {
      all.add(expression());
    }
    return list(all);
  }

  /** An expression without if behind it, for a loop that has a condition of its own. */
  Expression or() {
    Expression value = and();
    while (skip("or")) {
      Expression left = value;
      Expression right = and();
      value =
          scope -> {
            Object first = left.in(scope);
            return Values.truth(first) ? first : right.in(scope);
          };
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (skip("and")) {
      Expression left = value;
      Expression right = not();
      value =
          scope -> {
            Object first = left.in(scope);
            return Values.truth(first) ? right.in(scope) : first;
          };
    }
    return value;
  }

  private Expression not() {
    if (skip("not")) {
      Expression value = not();
      return scope -> !Values.truth(value.in(scope));
    }
    return comparison();
  }

  private Expression comparison() {
    Expression first = sum();
    Expression value = null;
    Expression left = first;
    while (true) {
      String operator = operator();
      if (operator.isEmpty()) {
        return value == null ? first : value;
      }
      Expression a = left;
      Expression b = sum();
      Expression holds = scope -> Values.related(operator, a.in(scope), b.in(scope));
      Expression before = value;
      value =
          before == null
              ? holds
              : scope -> Values.truth(before.in(scope)) && Values.truth(holds.in(scope));
      left = b;
    }
  }

  private String operator() {
    Token token = peek();
    if (token.kind() == Kind.MARK && COMPARISONS.contains(token.text())) {
      return next().text();
    }
    if (skip("in")) {
      return "in";
    }
    if (token.is("not") && at + 1 < tokens.size() && tokens.get(at + 1).is("in")) {
      at += 2;
      return "not in";
    }
    return "";
  }

  private Expression sum() {
    Expression value = concatenation();
    while (peek().is("+") || peek().is("-")) {
      value = combined(next().text(), value, concatenation());
    }
    return value;
  }

  private Expression concatenation() {
    Expression value = product();
    while (peek().is("~")) {
      value = combined(next().text(), value, product());
    }
    return value;
  }

  private Expression product() {
    Expression value = unary(true);
    while (peek().is("*") || peek().is("/") || peek().is("//") || peek().is("%")) {
      value = combined(next().text(), value, unary(true));
    }
    return value;
  }

  private static Expression combined(String operator, Expression left, Expression right) {
    return scope -> Values.combine(operator, left.in(scope), right.in(scope));
  }

  private Expression unary(boolean filtered) {
    Expression value;
    if (skip("-")) {
      Expression positive = unary(false);
      value = scope -> Values.combine("-", 0L, positive.in(scope));
    } else if (skip("+")) {
      value = unary(false);
    } else {
      value = postfix(primary());
    }
    return filtered ? filters(value) : value;
  }

  private Expression primary() {
    Token token = next();
    switch (token.kind()) {
      case STRING:
        StringBuilder text = new StringBuilder(token.text());
        while (peek().kind() == Kind.STRING) {
          text.append(next().text());
        }
        String whole = text.toString();
        return scope -> whole;
      case INTEGER:
        Long integer = Long.valueOf(token.text());
        return scope -> integer;
      case FLOAT:
        Double fraction = Double.valueOf(token.text());
        return scope -> fraction;
      case NAME:
        return named(token.text());
      default:
        return switch (token.text()) {
          case "(" -> parenthesis();
          case "[" -> list(expressions("]"));
          case "{" -> mapping();
          default -> throw new TemplateException("a value is missing");
        };
    }
  }

  private static Expression named(String name) {
    return switch (name) {
      case "true", "True" -> scope -> true;
      case "false", "False" -> scope -> false;
      case "none", "None" -> scope -> null;
      default -> scope -> scope.get(name);
    };
  }

  private Expression parenthesis() {
    if (skip(")")) {
      return list(List.of());
    }
    Expression first = expression();
    if (skip(")")) {
      return first;
    }
    expect(",");
    List<Expression> all = new ArrayList<>(List.of(first));
    all.addAll(expressions(")"));
    return list(all);
  }

  private List<Expression> expressions(String closing) {
    List<Expression> all = new ArrayList<>();
    while (!skip(closing)) {
      all.add(expression());
      if (!peek().is(closing)) {
        expect(",");
      }
    }
    return all;
  }

  private static Expression list(List<Expression> all) {
    return scope -> {
      List<Object> values = new ArrayList<>();
      all.forEach(one -> values.add(one.in(scope)));
      return values;
    };
  }

  private Expression mapping() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!skip("}")) {
      keys.add(expression());
      expect(":");
      values.add(expression());
      if (!peek().is("}")) {
        expect(",");
      }
    }
    return scope -> {
      Map<String, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(Values.text(keys.get(i).in(scope)), values.get(i).in(scope));
      }
      return map;
    };
  }

  private Expression postfix(Expression from) {
    Expression value = from;
    while (true) {
      Expression of = value;
      if (skip(".")) {
        String name = next().text();
        value = scope -> Builtins.attribute(of.in(scope), name);
      } else if (skip("[")) {
        value = subscript(of);
      } else if (peek().is("(")) {
        Arguments arguments = arguments();
        value = scope -> call(of.in(scope), arguments, scope);
      } else {
        return value;
      }
    }
  }

  private static Object call(Object callable, Arguments arguments, Scope scope) {
    if (!(callable instanceof Scope.Callable function)) {
      throw new TemplateException("an unknown function is called");
    }
    return function.call(arguments.values(scope), arguments.named(scope));
  }

  private Expression subscript(Expression of) {
    Expression from = peek().is(":") ? null : expression();
    if (from != null && skip("]")) {
      return scope -> Values.item(of.in(scope), from.in(scope));
    }
    expect(":");
    Expression to = peek().is(":") || peek().is("]") ? null : expression();
    Expression by = skip(":") && !peek().is("]") ? expression() : null;
    expect("]");
    return scope ->
        Values.slice(of.in(scope), bound(from, scope), bound(to, scope), bound(by, scope));
  }

  private static Object bound(Expression bound, Scope scope) {
    return bound == null ? null : bound.in(scope);
  }

  private Arguments arguments() {
    expect("(");
    List<Expression> plain = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!skip(")")) {
      if (peek().kind() == Kind.NAME && at + 1 < tokens.size() && tokens.get(at + 1).is("=")) {
        String name = name();
        expect("=");
        named.put(name, expression());
      } else {
        plain.add(expression());
      }
      if (!peek().is(")")) {
        expect(",");
      }
    }
    return new Arguments(plain, named);
  }

  private Expression filters(Expression from) {
    Expression value = from;
    while (true) {
      Expression of = value;
      if (skip("|")) {
        String name = name();
        Arguments arguments = peek().is("(") ? arguments() : Arguments.NONE;
        value =
            scope ->
                Builtins.filter(
                    name, of.in(scope), arguments.values(scope), arguments.named(scope));
      } else if (skip("is")) {
        value = test(of);
      } else if (peek().is("(")) {
        Arguments arguments = arguments();
        value = scope -> call(of.in(scope), arguments, scope);
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression of) {
    boolean negated = skip("not");
    String name = name();
    Arguments arguments = Arguments.NONE;
    if (peek().is("(")) {
      arguments = arguments();
    } else if (startsValue(peek())) {
      arguments = new Arguments(List.of(postfix(primary())), Map.of());
    }
    Arguments more = arguments;
    return scope -> negated != Builtins.test(name, of.in(scope), more.values(scope));
  }

  private static boolean startsValue(Token token) {
    return switch (token.kind()) {
      case NAME -> !NO_ARGUMENT.contains(token.text());
      case MARK -> token.is("[") || token.is("{");
      default -> true;
    };
  }
}
