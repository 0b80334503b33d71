package org.radllama.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/**
 * Reads a file again and again with bytes changed at random: each is read, or refused by an
 * exception that says something and quotes nothing. {@code -Dradllama.fuzz.seconds=60} goes on for
 * so long; a failure names the seed that makes the file again.
 *
 * @param cases how many files at least
 * @param refusals the exceptions that refuse a file
 * @param secret what no message may have; empty if there is nothing
 * @param change what is done to the bytes
 */
public record Fuzz(
    int cases,
    Set<Class<? extends RuntimeException>> refusals,
    String secret,
    BiFunction<byte[], Random, byte[]> change) {
  /** Far more than any of these small files needs, however busy the machine. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Reads the file, and what is beside it. */
  public interface Reader {
    /** How much could be read, for instance reports; 0 if nothing. */
    int read() throws IOException;
  }

  /**
   * Reads the file as it should be, then changed. Afterwards it is as it should be.
   *
   * @return how much of the changed files could be read all the same
   */
  public long run(Path file, byte[] seedBytes, Reader reader) throws IOException {
    if (Guided.isOn()) {
      Guided.offer(file, seedBytes, bytes -> tried("an input", file, bytes, reader));
      return 1;
    }
    Files.write(file, seedBytes);
    assertThat(reader.read()).as("read of the whole file").isPositive();
    long end =
        System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("radllama.fuzz.seconds", 0));
    long read = 0;
    for (long seed = 0; seed < cases || System.nanoTime() < end; seed++) {
      read += tried("seed " + seed, file, change.apply(seedBytes, new Random(seed)), reader);
    }
    Files.write(file, seedBytes);
    return read;
  }

  private int tried(String name, Path file, byte[] bytes, Reader reader) throws IOException {
    Files.write(file, bytes);
    long began = System.nanoTime();
    int read = 0;
    try {
      read = reader.read();
    } catch (IOException | RuntimeException | OutOfMemoryError | StackOverflowError e) {
      if (!refusals.contains(e.getClass())) {
        throw new AssertionError(name + ", " + bytes.length + " bytes", e);
      }
      assertThat(e.getMessage()).as(name).isNotBlank();
      if (!secret.isEmpty()) {
        assertThat(e.getMessage()).as(name).doesNotContain(secret);
      }
    }
    assertThat(System.nanoTime() - began).as(name).isLessThan(MOST_NANOS);
    return read;
  }

  /** Changes of texts: parts cut, doubled and moved, and words put in that mean something there. */
  public static BiFunction<byte[], Random, byte[]> texts(List<String> words) {
    return (seedBytes, random) -> {
      byte[] bytes = seedBytes;
      for (int i = 1 + random.nextInt(3); i > 0 && bytes.length > 8; i--) {
        byte[] word = words.get(random.nextInt(words.size())).getBytes(StandardCharsets.UTF_8);
        bytes = changed(bytes, random, word);
      }
      return bytes;
    };
  }

  private static byte[] changed(byte[] bytes, Random random, byte[] word) {
    int at = random.nextInt(bytes.length - 7);
    int to = at + random.nextInt(bytes.length - at);
    return switch (random.nextInt(7)) {
      case 0 -> spliced(bytes, at, at + 1, new byte[] {(byte) random.nextInt(256)});
      case 1 -> Arrays.copyOf(bytes, at);
      case 2 -> spliced(bytes, at, to, new byte[0]);
      case 3 -> spliced(bytes, at, at, word);
      case 4 -> spliced(bytes, at, Math.min(at + word.length, bytes.length), word);
      case 5 -> spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
      default -> spliced(bytes, at, at, repeated(word, random.nextInt(3000)));
    };
  }

  private static byte[] repeated(byte[] word, int times) {
    byte[] all = new byte[word.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = word[i % word.length];
    }
    return all;
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] middle) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    out.writeBytes(middle);
    out.write(bytes, to, bytes.length - to);
    return out.toByteArray();
  }
}
