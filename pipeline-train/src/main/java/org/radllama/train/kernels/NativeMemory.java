package org.radllama.train.kernels;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.radllama.failure.MissingResourceException;

/** What this process may take outside the Java heap, where models lie. */
public final class NativeMemory {
  private static final String REGISTERED = "org.bytedeco.javacpp.maxbytes";
  private static final String PHYSICAL = "org.bytedeco.javacpp.maxphysicalbytes";

  private NativeMemory() {}

  /**
   * Takes away JavaCPP's limits where nobody set them: without this, matrices may together be no
   * larger than the heap, and the process four times as large. Works before its first use only.
   */
  public static void unbound() {
    for (String limit : new String[] {REGISTERED, PHYSICAL}) {
      if (System.getProperty(limit) == null) {
        System.setProperty(limit, "0");
      }
    }
  }

  /**
   * Refuses what would not fit, before anything of it is loaded.
   *
   * @param bytes to be taken beside what the process holds
   * @param what they are for, and what would make them fewer
   * @throws MissingResourceException when it does not fit
   */
  public static void require(long bytes, String what) {
    long limit = Pointer.maxPhysicalBytes();
    long held = Pointer.physicalBytes();
    if (limit > 0 && held + bytes > limit) {
      throw new MissingResourceException(
          "%s: %d MiB beside the %d MiB that the process holds exceed its limit of %d MiB (-D%s)",
          what, bytes >> 20, held >> 20, limit >> 20, PHYSICAL);
    }
    long free = available(held);
    if (bytes > free) {
      throw new MissingResourceException(
          "%s: %d MiB are needed, this machine has %d MiB free", what, bytes >> 20, free >> 20);
    }
  }

  /** Memory of this machine, or of the container that the process runs in. */
  public static long machine() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
  }

  /** What the machine still has for this process. */
  private static long available(long held) {
    long free = machine() - held;
    try {
      // What is free without the page cache says too little.
      return Files.readAllLines(Path.of("/proc/meminfo")).stream()
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .map(kernel -> Math.min(kernel, free))
          .findFirst()
          .orElse(free);
    } catch (IOException e) {
      return free;
    }
  }
}
