package org.radllama.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The columns of a table: each with its head and what it shows of a row's thing, so that the two
 * stand side by side.
 *
 * @param <T> what a row is about
 */
public final class Columns<T> {
  private final List<String> heads = new ArrayList<>();
  private final List<Function<? super T, ?>> cells = new ArrayList<>();

  /** Adds a column to the right. */
  public Columns<T> add(String head, Function<? super T, ?> cell) {
    heads.add(head);
    cells.add(cell);
    return this;
  }

  /** A table with a row for each thing, in their order. */
  public Table table(String caption, Collection<? extends T> things) {
    List<List<String>> rows = new ArrayList<>();
    for (T thing : things) {
      rows.add(cells.stream().map(cell -> String.valueOf(cell.apply(thing))).toList());
    }
    return new Table(caption, heads, rows);
  }

  /** The same; nothing where there is no thing. */
  public Optional<Table> tableOfAny(String caption, Collection<? extends T> things) {
    return things.isEmpty() ? Optional.empty() : Optional.of(table(caption, things));
  }
}
