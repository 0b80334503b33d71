package org.radllama.train.kernels;

import com.sun.jna.Function;
import org.bytedeco.javacpp.Pointer;

/**
 * Asks Linux to back large blocks of memory by pages of 2 MiB where it does so on request only:
 * weights are read from end to end for every token, and looking up pages of 4 KiB slows that.
 */
final class HugePages {
  private static final long PAGE = 2L << 20;
  private static final int MADV_HUGEPAGE = 14;
  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private HugePages() {}

  /** Asks for the whole huge pages inside a block; without them everything works all the same. */
  static void ask(Pointer block, long bytes) {
    long first = (block.address() + PAGE - 1) / PAGE * PAGE;
    long end = (block.address() + bytes) / PAGE * PAGE;
    if (LINUX && end > first) {
      advise(first, end - first);
    }
  }

  private static void advise(long address, long bytes) {
    try {
      Function.getFunction("c", "madvise")
          .invokeInt(new Object[] {new com.sun.jna.Pointer(address), bytes, MADV_HUGEPAGE});
    } catch (LinkageError e) {
      // No such function, or no JNA for this machine: small pages it is.
      return;
    }
  }
}
