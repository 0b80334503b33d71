package org.radllama.page;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The columns of a table: each with its head and what it shows of a row's thing, so that the two
 * stand side by side.
 *
 * @param <T> what a row is about
 */
public final class Columns<T> {
  private final List<Column<T>> columns = new ArrayList<>();

  /** A column; {@code quality} is null where no value is better than another. */
  private record Column<T>(
      String head, Function<? super T, ?> cell, ToDoubleFunction<? super T> quality) {}

  /** Adds a column to the right. */
  public Columns<T> add(String head, Function<? super T, ?> cell) {
    columns.add(new Column<>(head, cell, null));
    return this;
  }

  /**
   * Adds a column whose best values are marked.
   *
   * @param quality the larger, the better; NaN for a row that does not compete
   */
  public Columns<T> add(
      String head, Function<? super T, ?> cell, ToDoubleFunction<? super T> quality) {
    columns.add(new Column<>(head, cell, quality));
    return this;
  }

  /** A table with a row for each thing, in their order. */
  public Table table(String caption, Collection<? extends T> things) {
    List<List<String>> rows = new ArrayList<>();
    for (T thing : things) {
      rows.add(columns.stream().map(c -> String.valueOf(c.cell().apply(thing))).toList());
    }
    List<String> heads = columns.stream().map(Column::head).toList();
    return new Table(caption, heads, rows, best(List.copyOf(things)));
  }

  /** Nothing is best among rows that are all alike. */
  private Set<Table.Place> best(List<? extends T> things) {
    Set<Table.Place> best = new HashSet<>();
    for (int column = 0; column < columns.size(); column++) {
      ToDoubleFunction<? super T> quality = columns.get(column).quality();
      if (quality == null) {
        continue;
      }
      double[] all = things.stream().mapToDouble(quality).toArray();
      double most = Double.NEGATIVE_INFINITY;
      double least = Double.POSITIVE_INFINITY;
      for (double value : all) {
        most = value > most ? value : most;
        least = value < least ? value : least;
      }
      for (int row = 0; row < all.length && most > least; row++) {
        if (all[row] == most) {
          best.add(new Table.Place(row, column));
        }
      }
    }
    return best;
  }

  /** The same; nothing where there is no thing. */
  public Optional<Table> tableOfAny(String caption, Collection<? extends T> things) {
    return things.isEmpty() ? Optional.empty() : Optional.of(table(caption, things));
  }
}
