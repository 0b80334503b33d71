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
    Constructor<?>[] constructors = SparkUserAppException.class.getConstructors();
    Object[] arguments = new Object[constructors[0].getParameterCount()];
    arguments[0] = code.code();
    try {
      return (SparkUserAppException) constructors[0].newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Spark takes no exit codes in cluster mode", e);
    }
  }
}
