package org.radllama.run;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One owner of a work directory at a time: a file created only if absent, touched by its owner's
 * heartbeat, taken over when it has not been touched for the stale time.
 */
final class Lease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lease.class);

  private final FileSystem fs;
  private final Path file;
  private final Duration stale;
  private final String owner = UUID.randomUUID().toString();
  private ScheduledFuture<?> beating;
  private volatile long lastBeat = System.nanoTime();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  private Lease(FileSystem fs, Path file, Duration stale) {
    this.fs = fs;
    this.file = file;
    this.stale = stale;
  }

  /**
   * Takes the lease.
   *
   * @throws JobFailure with exit 4 when somebody alive holds it
   */
  static Lease take(FileSystem fs, Path file, Duration stale) throws IOException {
    Lease lease = new Lease(fs, file, stale);
    if (!lease.create(file)) {
      lease.takeOver();
    }
    lease.lastBeat = System.nanoTime();
    long beat = Math.max(1, stale.toMillis() / 4);
    lease.beating = lease.heart.scheduleAtFixedRate(lease::beat, beat, beat, TimeUnit.MILLISECONDS);
    return lease;
  }

  /** Creates a file that names this owner; false when there is one. */
  private boolean create(Path path) throws IOException {
    try (OutputStream out = newFile(path)) {
      out.write(content().getBytes(StandardCharsets.UTF_8));
      return true;
    } catch (FileAlreadyExistsException | java.nio.file.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (fs.exists(path)) {
        return false;
      }
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
    Path claim(Path file, long generation) {
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
  private void takeOver() throws IOException {
    Seen dead;
    try {
      dead = look();
    } catch (FileNotFoundException e) {
      if (create(file)) {
        return; // Its owner gave it back just now.
      }
      throw takenBefore();
    }
    long age = System.currentTimeMillis() - dead.touched;
    if (age < stale.toMillis()) {
      throw JobFailure.busy(
          format(
              "this run-id is being written: %s was touched %d s ago, stale after %d s (run.stale-after)",
              file, age / 1000, stale.toSeconds()));
    }
    long generation = age / Math.max(1, stale.toMillis());
    Path before = dead.claim(file, generation - 1);
    Path claim = dead.claim(file, generation);
    if (isYoung(before) || !create(claim)) {
      throw takenBefore();
    }
    try {
      if (!look().equals(dead)) {
        throw takenBefore();
      }
      LOG.warn("taking over {}: its owner was last seen {} s ago", file, age / 1000);
      TextFiles.write(fs, file, content());
    } catch (FileNotFoundException e) {
      throw takenBefore();
    } finally {
      fs.delete(claim, false);
      fs.delete(before, false);
    }
  }

  private boolean isYoung(Path claim) throws IOException {
    try {
      long touched = fs.getFileStatus(claim).getModificationTime();
      return System.currentTimeMillis() - touched < stale.toMillis();
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private JobFailure takenBefore() {
    return JobFailure.busy("another run took over " + file);
  }

  private void beat() {
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
    } catch (IOException e) {
      LOG.warn("no heartbeat on {}: {}", file, e.getClass().getName());
    }
  }

  /** Whether the file still names this owner. */
  boolean owned() throws IOException {
    return owner.equals(ownerOf(file));
  }

  /** As {@link #owned()}, but looks only when so long has passed that another may have come. */
  boolean held() throws IOException {
    return System.nanoTime() - lastBeat < stale.toNanos() / 2 || owned();
  }

  /** Who a file names; a file that was cut off while it was written, or that is gone, nobody. */
  private String ownerOf(Path path) throws IOException {
    try {
      return Json.read(fs, path).path("owner").asText();
    } catch (FileNotFoundException | JsonProcessingException e) {
      return "";
    }
  }

  private String content() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("owner", owner);
    node.put("host", host());
    node.put("pid", ProcessHandle.current().pid());
    return Json.text(node);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  @Override
  public void close() throws IOException {
    beating.cancel(false);
    heart.shutdownNow();
    if (owned()) {
      fs.delete(file, false);
    }
  }
}
