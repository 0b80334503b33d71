package org.radllama.run;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One owner of a run-id at a time: a file created only if absent, touched by its owner's heartbeat,
 * taken over by one who watched it for the stale time and saw it unchanged. Only changes count,
 * never what time a file says, since the clocks of two hosts may be far apart.
 */
final class Lease implements Ownership {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  /** How often it is looked at in the stale time: one that sleeps through it sees nothing dead. */
  static final int LOOKS = 8;

  static final String STALE = "stale_after_ms";

  private final FileSystem fs;
  private final Path file;
  private final Duration stale;
  private final String owner = UUID.randomUUID().toString();
  private Heartbeat heartbeat;
  private volatile long lastBeat = System.nanoTime();

  private Lease(FileSystem fs, Path file, Duration stale) {
    this.fs = fs;
    this.file = file;
    this.stale = stale;
  }

  /**
   * Takes the lease. Where there is one, this waits for a sign of life, for the stale time at most.
   *
   * @throws JobFailure with exit 4 when somebody alive holds it
   */
  static Lease take(FileSystem fs, Path file, Duration stale) throws IOException {
    return take(fs, file, stale, Lease::sleep);
  }

  static Lease take(FileSystem fs, Path file, Duration stale, Pause pause) throws IOException {
    Lease lease = new Lease(fs, file, stale);
    if (!lease.create(file)) {
      lease.takeOver(pause);
    }
    lease.lastBeat = System.nanoTime();
    lease.heartbeat = new Heartbeat(lease::beat, stale);
    return lease;
  }

  static void sleep(Duration time) throws IOException {
    try {
      Thread.sleep(Math.max(1, time.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a lease was watched");
    }
  }

  /** Creates a file that names this owner; false when there is one. */
  private boolean create(Path path) throws IOException {
    OutputStream out;
    try {
      out = newFile(path);
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (fs.exists(path)) {
        return false;
      }
      throw e;
    }
    try (out) {
      out.write(content().getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (IOException e) {
      fs.delete(
          path, false); // An empty lease of nobody would be watched by everybody, this one too.
      throw e;
    }
  }

  /** On a local file system Hadoop looks first and creates then; the kernel does both at once. */
  private OutputStream newFile(Path path) throws IOException {
    return LocalFiles.isLocal(fs)
        ? Files.newOutputStream(
            LocalFiles.path(path), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
        : fs.create(path, false);
  }

  /** A lease as somebody saw it; one that is alive or replaced looks different. */
  private record Seen(String owner, long touched) {
    Path claim(Path file, int generation) {
      String of = Digests.sha256(owner + touched).substring(0, 12);
      return file.suffix(".claim-" + of + "-" + generation);
    }
  }

  private Seen look() throws IOException {
    return new Seen(ownerOf(file), fs.getFileStatus(file).getModificationTime());
  }

  /**
   * Only who creates the claim on this very dead lease may replace it. A claimant that dies in
   * between leaves its claim, so after another stale time there is a next generation of claims.
   */
  private void takeOver(Pause pause) throws IOException {
    try {
      Seen dead = look();
      LOG.warn(
          "{} exists: watching for up to {} s whether its owner is alive", file, stale.toSeconds());
      int generation = -1;
      do {
        watch(dead, pause);
        generation++;
      } while (!create(dead.claim(file, generation)));
      replace(dead, generation);
    } catch (FileNotFoundException e) {
      if (!create(file)) { // Its owner gave it back just now.
        throw takenBefore();
      }
    }
  }

  /** Returns when nothing happened for the stale time, the owner's own where that is longer. */
  private void watch(Seen dead, Pause pause) throws IOException {
    Duration owners = Duration.ofMillis(record(file).path(STALE).asLong());
    Duration time = owners.compareTo(stale) > 0 ? owners : stale;
    for (int i = 0; i < LOOKS; i++) {
      pause.sleep(time.dividedBy(LOOKS));
      if (!look().equals(dead)) {
        throw JobFailure.busy(
            format(
                "this run-id is being written: the owner of %s is alive (run.stale-after)", file));
      }
    }
  }

  private void replace(Seen dead, int generation) throws IOException {
    try {
      if (!look().equals(dead) || fs.exists(dead.claim(file, generation + 1))) {
        throw takenBefore();
      }
      LOG.warn("taking over {}: its owner gave no sign of life for {} s", file, stale.toSeconds());
      TextFiles.write(fs, file, content());
    } finally {
      for (int i = 0; i <= generation; i++) {
        fs.delete(dead.claim(file, i), false);
      }
    }
  }

  private JobFailure takenBefore() {
    return JobFailure.busy("another run took over " + file);
  }

  /** A sign of life. */
  void beat() {
    try {
      if (owned()) {
        fs.setTimes(file, System.currentTimeMillis(), -1);
      }
      // As of before the look: whoever comes while this thread is held up is not overlooked.
      long now = System.nanoTime();
      if (owned()) {
        lastBeat = now;
      } else {
        LOG.error("the lease {} was taken over by another run", file);
      }
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it was: an executor forgets a task that throws, and the next beat may succeed.
      LOG.warn("no heartbeat on {}: {}", file, e.getClass().getName());
    }
  }

  @Override
  public String owner() {
    return owner;
  }

  /** Whether the file still names this owner. */
  @Override
  public boolean owned() throws IOException {
    return owner.equals(ownerOf(file));
  }

  @Override
  public boolean held() throws IOException {
    return System.nanoTime() - lastBeat < stale.toNanos() / 2 || owned();
  }

  /** Who a file names; a file that was cut off while it was written, or that is gone, nobody. */
  private String ownerOf(Path path) throws IOException {
    return record(path).path("owner").asText();
  }

  private JsonNode record(Path path) throws IOException {
    try {
      return Json.read(fs, path);
    } catch (FileNotFoundException | JsonProcessingException e) {
      return Json.mapper().missingNode();
    }
  }

  private String content() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("owner", owner);
    node.put("host", host());
    node.put("pid", ProcessHandle.current().pid());
    node.put(STALE, stale.toMillis());
    return Json.text(node);
  }

  static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** No more signs of life, as of a process that is stopped. */
  void stopBeating() {
    heartbeat.stop();
  }

  @Override
  public void close() throws IOException {
    stopBeating();
    if (owned()) {
      fs.delete(file, false);
    }
  }
}
