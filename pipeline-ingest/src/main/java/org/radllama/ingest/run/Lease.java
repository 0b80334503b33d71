package org.radllama.ingest.run;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
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
  private final String owner = UUID.randomUUID().toString();
  private final ScheduledExecutorService heart =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "lease-heartbeat");
            thread.setDaemon(true);
            return thread;
          });

  private Lease(FileSystem fs, Path file) {
    this.fs = fs;
    this.file = file;
  }

  /**
   * Takes the lease.
   *
   * @throws JobFailure with exit 4 when somebody alive holds it
   */
  static Lease take(FileSystem fs, Path file, Duration stale) throws IOException {
    Lease lease = new Lease(fs, file);
    if (!lease.create()) {
      lease.takeOver(stale);
    }
    long beat = Math.max(1, stale.toMillis() / 4);
    lease.heart.scheduleAtFixedRate(lease::beat, beat, beat, TimeUnit.MILLISECONDS);
    return lease;
  }

  private boolean create() throws IOException {
    try (OutputStream out = fs.create(file, false)) {
      out.write(content());
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      if (fs.exists(file)) {
        return false;
      }
      throw e;
    }
  }

  private void takeOver(Duration stale) throws IOException {
    FileStatus seen = fs.getFileStatus(file);
    long age = System.currentTimeMillis() - seen.getModificationTime();
    if (age < stale.toMillis()) {
      throw JobFailure.conflict(
          "this run-id is being written: %s was touched %d s ago, stale after %d s (run.stale-after)"
              .formatted(file, age / 1000, stale.toSeconds()));
    }
    LOG.warn("taking over {}: its owner was last seen {} s ago", file, age / 1000);
    // Whoever renames the stale file away has won; another contender finds it gone.
    Path grave = file.suffix(".stale-" + owner);
    if (!fs.rename(file, grave) || !create()) {
      throw JobFailure.conflict("another run took over " + file);
    }
    fs.delete(grave, false);
  }

  private void beat() {
    try {
      if (owned()) {
        fs.setTimes(file, System.currentTimeMillis(), -1);
      } else {
        LOG.error("the lease {} was taken over by another run", file);
      }
    } catch (IOException e) {
      LOG.warn("no heartbeat on {}: {}", file, e.getClass().getName());
    }
  }

  /** Whether the file still names this owner. */
  boolean owned() throws IOException {
    return fs.exists(file) && owner.equals(Json.read(fs, file).path("owner").asText());
  }

  private byte[] content() {
    ObjectNode node = Json.mapper().createObjectNode();
    node.put("owner", owner);
    node.put("host", host());
    node.put("pid", ProcessHandle.current().pid());
    return Json.text(node).getBytes(StandardCharsets.UTF_8);
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
    heart.shutdownNow();
    if (owned()) {
      fs.delete(file, false);
    }
  }
}
