package dev.explanations.lab.bench.rig;

import dev.explanations.lab.bench.load.Report;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/**
 * Numbers of records that the broker has written so far, by topic.
 *
 * @param offsets all, transaction markers included
 * @param markers ends of transactions, each of which takes an offset in each partition that it
 *     wrote to; those in segments that were deleted are missing
 */
public record RecordCounts(Map<String, Long> offsets, Map<String, Long> markers) {

  private static final Pattern PARTITION = Pattern.compile("(.+)-\\d+");

  /** The broker's own topics: committed offsets and the states of transactions. */
  private static final String INTERNAL = "__";

  /**
   * Reads the heads of all batches.
   *
   * @param directory of the broker's data
   */
  public static RecordCounts read(BenchTopics cluster, Path directory)
      throws IOException, InterruptedException, ExecutionException {
    Map<String, Long> markers = new TreeMap<>();
    try (DirectoryStream<Path> partitions =
        Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path partition : partitions) {
        Matcher name = PARTITION.matcher(partition.getFileName().toString());
        if (name.matches()) {
          markers.merge(name.group(1), markersIn(partition), Long::sum);
        }
      }
    }
    return new RecordCounts(cluster.ends(), markers);
  }

  private static long markersIn(Path partition) throws IOException {
    long markers = 0;
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(partition, "*.log")) {
      for (Path segment : segments) {
        try (FileRecords records = FileRecords.open(segment.toFile(), false)) {
          for (RecordBatch batch : records.batches()) {
            markers += batch.isControlBatch() ? 1 : 0;
          }
        } catch (NoSuchFileException e) {
          // deleted since it was listed
        }
      }
    }
    return markers;
  }

  /** Records written since, in the topics where there are any. */
  public RecordCounts since(RecordCounts before) {
    return new RecordCounts(
        difference(offsets, before.offsets), difference(markers, before.markers));
  }

  private static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> before) {
    Map<String, Long> difference = new TreeMap<>();
    now.forEach((topic, count) -> difference.put(topic, count - before.getOrDefault(topic, 0L)));
    difference.values().removeIf(count -> count == 0);
    return difference;
  }

  /** Records without markers, of all topics but the broker's own. */
  public long data() {
    return sum(offsets, false) - sum(markers, false);
  }

  private static long sum(Map<String, Long> counts, boolean internal) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(INTERNAL) == internal)
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** Divided by the number of requests, in sum and by topic. */
  public void report(int requests, Report report) {
    report.line(
        "records per request",
        "%.3f, markers %.3f, in the broker's own topics %.3f"
            .formatted(
                data() / (double) requests,
                sum(markers, false) / (double) requests,
                sum(offsets, true) / (double) requests));
    offsets.forEach(
        (topic, count) -> {
          long ends = markers.getOrDefault(topic, 0L);
          report.line(
              "",
              "%-52s %.3f, markers %.3f"
                  .formatted(topic, (count - ends) / (double) requests, ends / (double) requests));
        });
  }
}
