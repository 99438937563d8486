package dev.explanations.worker.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;

/** Bounds of what reading an input may allocate. */
public final class Allocation {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Parsers' buffers, messages, and classes that are used for the first time. */
  private static final long ONCE = 16L << 20;

  private Allocation() {}

  /**
   * The result of a reader that allocates no more than in proportion to its input.
   *
   * @param size of the input, in bytes
   * @param factor allocated bytes per byte of input
   */
  public static <T> T within(int size, int factor, Supplier<T> reader) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    T read = reader.get();
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > ONCE + (long) factor * size) {
      throw new AssertionError("%,d bytes allocated for %,d of input".formatted(allocated, size));
    }
    return read;
  }
}
