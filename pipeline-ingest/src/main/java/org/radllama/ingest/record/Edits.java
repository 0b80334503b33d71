package org.radllama.ingest.record;

import java.io.Serializable;
import java.util.function.Consumer;

/**
 * A set of {@link Edit}s; one word, since every report carries one through Spark.
 *
 * @param bits one for each constant; it never leaves the job
 */
public record Edits(int bits) implements Serializable {
  /** No edit. */
  public static final Edits NONE = new Edits(0);

  private static final Edit[] ALL = Edit.values();

  /** These and one more. */
  @SuppressWarnings("EnumOrdinal")
  public Edits and(Edit edit) {
    return new Edits(bits | 1 << edit.ordinal());
  }

  /** Whether one is among them. */
  @SuppressWarnings("EnumOrdinal")
  public boolean has(Edit edit) {
    return (bits & 1 << edit.ordinal()) != 0;
  }

  /** Hands over each. */
  public void forEach(Consumer<Edit> to) {
    for (Edit edit : ALL) {
      if (has(edit)) {
        to.accept(edit);
      }
    }
  }
}
