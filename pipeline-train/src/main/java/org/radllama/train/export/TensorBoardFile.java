package org.radllama.train.export;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.radllama.run.GrowingFile;
import org.radllama.run.Renaming;

/**
 * A file of TensorBoard's: the scalars of each step, as it reads them while they are written. A
 * sequence of TFRecords (length, its checksum, data, their checksum), each an {@code Event} in
 * Protocol Buffers' encoding.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.16.1/tensorflow/core/util/event.proto">event.proto</a>
 * @see <a
 *     href="https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details">the
 *     records</a>
 */
public final class TensorBoardFile implements Closeable {
  /** TensorBoard takes every file below its directory whose name has {@code tfevents} in it. */
  public static final String NAME = "events.out.tfevents.radllama";

  /** Of a record around its data: eight bytes of length and four of each checksum. */
  private static final int FRAME = 16;

  private static final int CHECKSUM_SHIFT = 15;
  private static final int CHECKSUM_OFFSET = 0xa282ead8;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final OutputStream out;

  /**
   * Begins a file, or continues one.
   *
   * @param after the records of steps up to this one are kept, later ones dropped; 0 for a new file
   */
  TensorBoardFile(FileSystem fs, Path file, long after) throws IOException {
    List<byte[]> kept = new ArrayList<>();
    if (after > 0 && fs.exists(file)) {
      for (byte[] event : events(fs, file)) {
        long step = step(event);
        if (step > 0 && step <= after) {
          kept.add(event);
        }
      }
    }
    Path fresh = kept.isEmpty() ? file : Renaming.draft(fs, file);
    out = GrowingFile.create(fs, fresh, TrainingLog.BETWEEN_WRITES);
    ByteArrayOutputStream version = new ByteArrayOutputStream();
    wallTime(version);
    text(version, 3, "brain.Event:2");
    write(version.toByteArray());
    for (byte[] event : kept) {
      write(event);
    }
    out.flush();
    if (!fresh.equals(file)) {
      Renaming.replace(fs, fresh, file);
    }
  }

  /** Adds a step, to be read at once; on an object store, every minute. */
  void add(StepMetrics step) throws IOException {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    scalar(summary, "loss/train", step.loss());
    if (step.validationLoss().isPresent()) {
      scalar(summary, "loss/validate", step.validationLoss().getAsDouble());
    }
    scalar(summary, "optimiser/learning_rate", step.learningRate());
    scalar(summary, "optimiser/gradient_norm", step.gradientNorm());
    scalar(summary, "speed/tokens_per_second", step.tokensPerSecond());
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    wallTime(event);
    key(event, 2, VARINT);
    varint(event, step.step());
    bytes(event, 5, summary.toByteArray());
    write(event.toByteArray());
    out.flush();
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  /** {@code Summary.Value} with its tag and {@code simple_value}. */
  private static void scalar(ByteArrayOutputStream summary, String tag, double value) {
    ByteArrayOutputStream scalar = new ByteArrayOutputStream();
    text(scalar, 1, tag);
    key(scalar, 2, FIXED32);
    byte[] bytes = new byte[Float.BYTES];
    little(bytes).putFloat((float) value);
    scalar.writeBytes(bytes);
    bytes(summary, 1, scalar.toByteArray());
  }

  /** Seconds since 1970. */
  private static void wallTime(ByteArrayOutputStream event) {
    key(event, 1, FIXED64);
    byte[] bytes = new byte[Double.BYTES];
    little(bytes).putDouble(System.currentTimeMillis() / 1e3);
    event.writeBytes(bytes);
  }

  private static void text(ByteArrayOutputStream to, int field, String text) {
    bytes(to, field, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(ByteArrayOutputStream to, int field, byte[] bytes) {
    key(to, field, BYTES);
    varint(to, bytes.length);
    to.writeBytes(bytes);
  }

  private static void key(ByteArrayOutputStream to, int field, int type) {
    to.write((field << 3) | type);
  }

  private static void varint(ByteArrayOutputStream to, long value) {
    long rest = value;
    while (rest > 0x7f) {
      to.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    to.write((int) rest);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(byte[] data) throws IOException {
    byte[] length = new byte[Long.BYTES];
    little(length).putLong(data.length);
    byte[] record = new byte[FRAME + data.length];
    little(record).put(length).putInt(checksum(length)).put(data).putInt(checksum(data));
    out.write(record);
  }

  /** CRC-32C, rotated and shifted, since records hold records. */
  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), CHECKSUM_SHIFT) + CHECKSUM_OFFSET;
  }

  /** The events of a file up to its end, or to where it was cut off. */
  private static List<byte[]> events(FileSystem fs, Path file) throws IOException {
    ByteBuffer all;
    try (FSDataInputStream in = fs.open(file)) {
      all = little(in.readAllBytes());
    }
    List<byte[]> events = new ArrayList<>();
    while (all.remaining() >= FRAME) {
      long length = all.getLong();
      all.getInt();
      if (length < 0 || length > all.remaining() - Integer.BYTES) {
        break;
      }
      byte[] data = new byte[(int) length];
      all.get(data);
      if (all.getInt() != checksum(data)) {
        break;
      }
      events.add(data);
    }
    return events;
  }

  /** The step of an event of this class, 0 for the one that begins a file. */
  private static long step(byte[] event) {
    int at = 1 + Double.BYTES;
    if (event.length <= at || event[at++] != ((2 << 3) | VARINT)) {
      return 0;
    }
    long step = 0;
    for (int shift = 0; at < event.length && shift < Long.SIZE; shift += 7) {
      step |= (event[at] & 0x7fL) << shift;
      if (event[at++] >= 0) {
        return step;
      }
    }
    return 0;
  }
}
