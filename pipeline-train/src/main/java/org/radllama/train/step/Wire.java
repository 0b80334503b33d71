package org.radllama.train.step;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.engine.GradientSum;
import org.radllama.train.engine.LossSum;
import org.radllama.train.engine.MicroBatch;

/**
 * What tasks get and give, as plain bytes: floats are copied in one piece instead of one by one,
 * and whatever serializer Spark is set to use has nothing left to do.
 */
final class Wire {
  private static final int HEAD = Double.BYTES + Long.BYTES;

  /** Numbers of the longest gradient that one array of bytes holds, with some to spare. */
  static final int MOST = (Integer.MAX_VALUE - HEAD - 64) / Float.BYTES;

  private Wire() {}

  /** A whole sum. */
  static byte[] of(GradientSum sum) {
    return of(sum, 0, sum.gradient().length);
  }

  /** The elements {@code from} to {@code to} of a sum's gradient, with its loss. */
  static byte[] of(GradientSum sum, int from, int to) {
    byte[] bytes = new byte[HEAD + (to - from) * Float.BYTES];
    ByteBuffer out = over(bytes);
    out.putDouble(sum.sum().loss()).putLong(sum.sum().targetTokens());
    out.asFloatBuffer().put(sum.gradient(), from, to - from);
    return bytes;
  }

  /** What {@link #of(GradientSum)} wrote. */
  static GradientSum sum(byte[] bytes) {
    float[] gradient = new float[(bytes.length - HEAD) / Float.BYTES];
    return new GradientSum(sumInto(bytes, gradient, 0), gradient);
  }

  /** The same into a place of an array; returns the loss. */
  static LossSum sumInto(byte[] bytes, float[] gradient, int at) {
    ByteBuffer in = over(bytes);
    LossSum loss = new LossSum(in.getDouble(), in.getLong());
    in.asFloatBuffer().get(gradient, at, in.remaining() / Float.BYTES);
    return loss;
  }

  /** Micro-batches. */
  static byte[] of(List<MicroBatch> batches) {
    int size = Integer.BYTES;
    for (MicroBatch batch : batches) {
      size += Integer.BYTES;
      for (EncodedExample e : batch.examples()) {
        size += Long.BYTES + 2 * Integer.BYTES + e.tokens().length * Integer.BYTES;
      }
    }
    byte[] bytes = new byte[size];
    ByteBuffer out = over(bytes).putInt(batches.size());
    for (MicroBatch batch : batches) {
      out.putInt(batch.examples().size());
      for (EncodedExample e : batch.examples()) {
        out.putLong(e.index()).putInt(e.targetsFrom()).putInt(e.tokens().length);
        Arrays.stream(e.tokens()).forEach(out::putInt);
      }
    }
    return bytes;
  }

  /** What {@link #of(List)} wrote. */
  static List<MicroBatch> batches(byte[] bytes) {
    ByteBuffer in = over(bytes);
    List<MicroBatch> batches = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      List<EncodedExample> examples = new ArrayList<>();
      for (int more = in.getInt(); more > 0; more--) {
        long index = in.getLong();
        int targetsFrom = in.getInt();
        int[] tokens = new int[in.getInt()];
        Arrays.setAll(tokens, i -> in.getInt());
        examples.add(new EncodedExample(index, tokens, targetsFrom));
      }
      batches.add(new MicroBatch(examples));
    }
    return batches;
  }

  private static ByteBuffer over(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
