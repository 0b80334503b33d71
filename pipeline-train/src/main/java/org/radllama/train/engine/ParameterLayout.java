package org.radllama.train.engine;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where each trainable tensor lies in the flat vector: row-major, one after the other, in the order
 * of the list.
 */
public record ParameterLayout(List<Slot> slots) implements Serializable {
  public ParameterLayout {
    slots = List.copyOf(slots);
  }

  /**
   * One tensor.
   *
   * @param name the tensor's name in the file it is exported to (PEFT's or Hugging Face's)
   * @param shape rows and columns, or one length
   * @param offset its first element in the flat vector
   */
  public record Slot(String name, List<Integer> shape, int offset) implements Serializable {
    public Slot {
      shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /** The layout of tensors by their names and shapes, in the map's order. */
  public static ParameterLayout of(Map<String, List<Integer>> tensors) {
    List<Slot> slots = new ArrayList<>();
    int offset = 0;
    for (var tensor : tensors.entrySet()) {
      Slot slot = new Slot(tensor.getKey(), tensor.getValue(), offset);
      slots.add(slot);
      offset = Math.addExact(offset, slot.size());
    }
    return new ParameterLayout(slots);
  }

  /** Length of the flat vector. */
  public int parameterCount() {
    return slots.stream().mapToInt(Slot::size).sum();
  }
}
