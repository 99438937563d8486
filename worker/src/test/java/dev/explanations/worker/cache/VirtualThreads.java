package dev.explanations.worker.cache;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Virtual threads that live, which only a thread dump shows. */
final class VirtualThreads {

  private VirtualThreads() {}

  static long named(String name) {
    try {
      Path file = Files.createTempDirectory("threads").resolve("dump");
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
          .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
      long count =
          Files.readAllLines(file).stream()
              .filter(line -> line.contains("\"" + name + "\" virtual"))
              .count();
      Files.delete(file);
      Files.delete(file.getParent());
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
