package org.radllama.train.engine;

import java.util.List;

/**
 * Computes losses, gradients and continuations of a language model. One engine serves one JVM: the
 * frozen base is loaded once and shared, and every method may be called from several threads at
 * once.
 *
 * <p>The trainable numbers are one flat {@code float} vector whose order is given by {@link
 * ParameterLayout}: the LoRA factors, or every weight when the whole model is trained.
 */
public interface LoraEngine extends AutoCloseable {

  /** Length of the flat trainable vector. */
  int parameterCount();

  /**
   * Loss and gradient of a micro-batch, with LoRA dropout.
   *
   * @param trainable the flat vector, of length {@link #parameterCount()}; not kept, not changed
   */
  GradientSum gradient(MicroBatch batch, float[] trainable, DropoutKey key);

  /** Loss of a micro-batch without dropout and without a gradient. */
  LossSum loss(MicroBatch batch, float[] trainable);

  /**
   * Continues each prompt. What happens to one does not depend on the others.
   *
   * @param prompts token ids, each with its BOS
   * @param keys for each prompt which text it is; with {@link Decoding.Sampling} it decides, with
   *     the seed, what is drawn, so that texts of the same key draw alike
   * @param trainable the flat vector; an empty array asks for the frozen base alone
   * @return for each prompt the new ids, without the end token; {@link Decoding.Strategy#texts()}
   *     of them where a strategy makes several, those of the first prompt first
   * @throws org.radllama.failure.BadSettingException when a prompt and its new tokens exceed the
   *     model's positions
   * @throws org.radllama.failure.BadInputException when logits are not finite
   */
  List<int[]> generate(List<int[]> prompts, long[] keys, float[] trainable, Decoding how);

  @Override
  void close();
}
