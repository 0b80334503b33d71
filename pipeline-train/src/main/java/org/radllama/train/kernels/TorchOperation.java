package org.radllama.train.kernels;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/**
 * An operation of libtorch that its C++ interface does not offer, called through its dispatcher.
 */
@SuppressWarnings("try") // a scope is only there to be closed
final class TorchOperation {
  private final OperatorHandle handle;

  /**
   * An operation.
   *
   * @param name without {@code aten::}
   */
  TorchOperation(String name) {
    try (PointerScope scope = new PointerScope()) {
      handle = Dispatcher.singleton().findSchemaOrThrow("aten::" + name, "").retainReference();
    }
  }

  /**
   * Calls it; the results live as long as the caller's scope.
   *
   * @param arguments tensors, numbers, booleans, or null for none
   */
  IValueVector call(Object... arguments) {
    IValueVector stack = new IValueVector();
    for (Object argument : arguments) {
      stack.push_back(value(argument));
    }
    handle.callBoxed(stack);
    return stack;
  }

  private static IValue value(Object argument) {
    if (argument == null) {
      return new IValue();
    }
    if (argument instanceof Tensor tensor) {
      return new IValue(tensor);
    }
    if (argument instanceof Boolean flag) {
      return new IValue((boolean) flag);
    }
    if (argument instanceof Double number) {
      return new IValue((double) number);
    }
    if (argument instanceof Long number) {
      return new IValue((long) number);
    }
    throw new IllegalArgumentException("no argument: " + argument.getClass().getSimpleName());
  }
}
