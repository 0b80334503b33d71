package org.radllama.run;

import java.lang.reflect.Constructor;
import org.apache.spark.SparkUserAppException;

/** How a job ends with an exit code in cluster mode, on Spark 3.5 and 4. */
final class ExitInCluster {
  private ExitInCluster() {}

  /**
   * The exception by which Spark learns an exit code. Its constructor takes the code alone, and
   * from Spark 4.2 on a cause too, so that neither can be called by name.
   */
  static SparkUserAppException of(ExitCode code) {
    for (Constructor<?> constructor : SparkUserAppException.class.getConstructors()) {
      Class<?>[] types = constructor.getParameterTypes();
      if (types.length > 0 && types[0] == int.class) {
        Object[] arguments = new Object[types.length];
        arguments[0] = code.code();
        try {
          return (SparkUserAppException) constructor.newInstance(arguments);
        } catch (ReflectiveOperationException e) {
          throw new IllegalStateException("this Spark takes no exit code in cluster mode", e);
        }
      }
    }
    throw new IllegalStateException("this Spark takes no exit code in cluster mode");
  }
}
