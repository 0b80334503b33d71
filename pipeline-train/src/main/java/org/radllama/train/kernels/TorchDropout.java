package org.radllama.train.kernels;

import static org.radllama.random.CounterRandom.mix;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The same masks as {@link Dropout}, bit for bit, computed on the device. A mask takes some forty
 * operations, so it is kept, one byte an element, until the next micro-batch.
 */
final class TorchDropout implements AutoCloseable {
  private final TorchDevice device;
  private final TorchKept constants = new TorchKept(16);
  private final TorchKept ofBatch = new TorchKept(Integer.MAX_VALUE);
  private Batch current;

  /** What tells micro-batches apart; arrays count by identity. */
  private record Batch(long key, long[] examples) {}

  private record Site(Packing packing, int site, int cols, double probability) {}

  TorchDropout(TorchDevice device) {
    this.device = device;
  }

  /** {@code x * mask / (1 - p)}. */
  Tensor apply(Tensor x, Dropout dropout, Packing packing) {
    float keep = (float) (1 / (1 - dropout.probability()));
    return x.mul(mask(dropout, packing, Math.toIntExact(x.size(1)))).mul_(new Scalar(keep));
  }

  private Tensor mask(Dropout dropout, Packing packing, int cols) {
    Batch batch = new Batch(dropout.key(), dropout.examples());
    if (!batch.equals(current)) {
      ofBatch.close();
      current = batch;
    }
    Site site = new Site(packing, dropout.site(), cols, dropout.probability());
    return ofBatch.get(site, () -> new Tensor[] {made(dropout, packing, cols)})[0];
  }

  private Tensor made(Dropout dropout, Packing packing, int cols) {
    Tensor[] rows = ofBatch.get(packing, () -> rows(dropout, packing));
    Tensor keys = mixed(mixed(rows[0].add(new Scalar((long) dropout.site()))).bitwise_xor(rows[1]));
    int words = (cols + 3) / 4;
    Tensor steps = constants.get(words, () -> new Tensor[] {device.longs(steps(words))})[0];
    Tensor shifts = constants.get("shifts", () -> new Tensor[] {device.longs(0, 16, 32, 48)})[0];
    Tensor bits = mixed(keys.unsqueeze(1).add(steps.unsqueeze(0)));
    Tensor parts =
        torch
            .bitwise_right_shift(bits.unsqueeze(2), shifts)
            .bitwise_and_(new Scalar(0xFFFFL))
            .view(packing.rows(), 4L * words);
    long threshold = Math.round(dropout.probability() * (1 << 16));
    return parts.ge(new Scalar(threshold)).narrow(1, 0, cols).contiguous();
  }

  /** The key of each row's example, and each row's position. */
  private Tensor[] rows(Dropout dropout, Packing packing) {
    long[] keys = new long[packing.rows()];
    long[] positions = new long[packing.rows()];
    packing.eachRow(
        (example, position, row) -> {
          keys[row] = mix(dropout.key() ^ dropout.examples()[example]);
          positions[row] = position;
        });
    return new Tensor[] {device.longs(keys), device.longs(positions)};
  }

  private static long[] steps(int words) {
    long[] steps = new long[words];
    Arrays.setAll(steps, i -> 4L * i * 0x9E3779B97F4A7C15L);
    return steps;
  }

  /** {@code CounterRandom.mix} of each element. */
  private static Tensor mixed(Tensor value) {
    Tensor z = value.bitwise_xor(shifted(value, 30)).mul_(new Scalar(0xBF58476D1CE4E5B9L));
    z = z.bitwise_xor_(shifted(z, 27)).mul_(new Scalar(0x94D049BB133111EBL));
    return z.bitwise_xor_(shifted(z, 31));
  }

  /** {@code z >>> bits}; torch's shift keeps the sign. */
  private static Tensor shifted(Tensor z, int bits) {
    return torch
        .bitwise_right_shift(z, new Scalar((long) bits))
        .bitwise_and_(new Scalar((1L << (64 - bits)) - 1));
  }

  @Override
  public void close() {
    constants.close();
    ofBatch.close();
    current = null;
  }
}
