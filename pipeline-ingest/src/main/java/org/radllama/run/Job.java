package org.radllama.run;

/** A job's body, given its context and its parsed flags. */
@FunctionalInterface
public interface Job<F extends JobFlags> {
  /** Runs to a published result, or throws. */
  void run(JobContext context, F flags) throws Exception;
}
