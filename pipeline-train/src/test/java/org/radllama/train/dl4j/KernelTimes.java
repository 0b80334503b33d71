package org.radllama.train.dl4j;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import org.radllama.train.kernels.Kernels;
import org.radllama.train.kernels.Matrix;

/** Kernels that note how long each operation takes, by name and shape of its matrices. */
final class KernelTimes {
  /** Calls and nanoseconds of one operation. */
  record Time(long calls, long nanos, double flop) {
    Time plus(Time t) {
      return new Time(calls + t.calls, nanos + t.nanos, flop + t.flop);
    }
  }

  private final Map<String, Time> times = new TreeMap<>();

  Kernels around(Kernels kernels) {
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, args) -> timed(kernels, method, args));
  }

  private Object timed(Kernels kernels, Method method, Object[] args) throws Throwable {
    long start = System.nanoTime();
    try {
      return method.invoke(kernels, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      times.merge(
          name(method, args),
          new Time(1, System.nanoTime() - start, flop(method, args)),
          Time::plus);
    }
  }

  private static String name(Method method, Object[] args) {
    StringBuilder name = new StringBuilder(method.getName());
    if (args != null) {
      for (Object a : args) {
        if (a instanceof Matrix m) {
          name.append(' ').append(m.rows()).append('x').append(m.cols());
        }
      }
    }
    return name.toString();
  }

  private static double flop(Method method, Object[] args) {
    return switch (method.getName()) {
      case "timesTransposed", "eachTimesTransposed", "times" ->
          2.0 * ((Matrix) args[0]).size() * ((Matrix) args[4]).cols();
      case "addTransposedTimes" -> 2.0 * ((Matrix) args[0]).size() * ((Matrix) args[1]).cols();
      default -> 0;
    };
  }

  void clear() {
    times.clear();
  }

  Map<String, Time> times() {
    return times;
  }
}
