package org.radllama.eval.encoder;

/**
 * The activation {@code x (1 + erf(x / sqrt(2))) / 2}, with the error function as a quotient of two
 * polynomials that were fitted to it: off by less than 4e-7, as floats allow. Without a branch or a
 * table, so that the JIT turns the loop into vector code.
 */
final class Gelu {
  private static final float ROOT = (float) Math.sqrt(0.5);

  /** From here on the error function is 1 to the last bit of a float. */
  private static final float END = 3.92f;

  private Gelu() {}

  /** Replaces each of the first numbers by its activation. */
  static void apply(float[] x, int count) {
    for (int i = 0; i < count; i++) {
      x[i] = 0.5f * x[i] * (1 + erf(x[i] * ROOT));
    }
  }

  static float erf(float x) {
    float v = Math.max(-END, Math.min(END, x));
    float s = v * v;
    float p = 2.050086e-6f;
    p = p * s + 2.8488366e-4f;
    p = p * s + 3.7656454e-3f;
    p = p * s + 5.274881e-2f;
    p = p * s + 0.1904071f;
    p = p * s + 1.1283791f;
    float q = 3.809175e-5f;
    q = q * s + 1.162543e-3f;
    q = q * s + 1.4969273e-2f;
    q = q * s + 0.114109375f;
    q = q * s + 0.5020766f;
    q = q * s + 1;
    return v * p / q;
  }
}
