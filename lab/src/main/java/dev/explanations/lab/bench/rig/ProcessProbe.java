package dev.explanations.lab.bench.rig;

import dev.explanations.lab.process.JavaProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** Asks the system and the JDK's tools about a process. */
public final class ProcessProbe {

  /** Used kilobytes, in a line for each generation or for all of the heap. */
  private static final Pattern USED = Pattern.compile("used (\\d+)K");

  private final long pid;

  public ProcessProbe(JavaProcess process) {
    this.pid = process.pid();
  }

  /** CPU time of all its threads since it started; zero where the system does not tell. */
  public Duration cpu() {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** Reachable bytes of the heap, after a full collection. */
  public long liveHeapMegabytes() throws IOException {
    jcmd("GC.run");
    return usedMegabytes(jcmd("GC.heap_info"));
  }

  /** Sum of the generations in {@code jcmd GC.heap_info}, no metaspace; -1 if there are none. */
  static long usedMegabytes(String heapInfo) {
    String heap = heapInfo.split("Metaspace", 2)[0];
    return USED.matcher(heap)
        .results()
        .map(used -> Long.parseLong(used.group(1)))
        .reduce(Long::sum)
        .map(kilobytes -> kilobytes / 1024)
        .orElse(-1L);
  }

  /** Memory in RAM, RocksDB's too. */
  public long residentMegabytes() throws IOException {
    String kilobytes = output("ps", "-o", "rss=", "-p", Long.toString(pid)).strip();
    return kilobytes.isEmpty() ? -1 : Long.parseLong(kilobytes) / 1024;
  }

  /** As a report shows it. */
  public String memory() throws IOException {
    return "heap %,d MB live, %,d MB resident".formatted(liveHeapMegabytes(), residentMegabytes());
  }

  /** Files may come and go meanwhile. */
  public static long bytesOnDisk(Path directory) throws IOException {
    String line = output("du", "-sk", directory.toString());
    return Long.parseLong(line.substring(0, line.indexOf('\t'))) * 1024;
  }

  private String jcmd(String command) throws IOException {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    return output(jcmd, Long.toString(pid), command);
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
