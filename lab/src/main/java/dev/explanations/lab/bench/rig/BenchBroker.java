package dev.explanations.lab.bench.rig;

import dev.explanations.lab.broker.EmbeddedBroker;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A broker in this process, all of whose threads are in a thread group of its own, so that their
 * CPU time can be told from that of simulator and load.
 */
public final class BenchBroker implements AutoCloseable {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final ThreadGroup group;
  private final EmbeddedBroker broker;

  private BenchBroker(ThreadGroup group, EmbeddedBroker broker) {
    this.group = group;
    this.broker = broker;
  }

  /** Starts a broker, and returns when it answers clients. */
  public static BenchBroker start(Path directory) throws InterruptedException, ExecutionException {
    ThreadGroup group = new ThreadGroup("broker");
    // threads that it starts inherit its group
    FutureTask<EmbeddedBroker> starting = new FutureTask<>(() -> EmbeddedBroker.start(directory));
    new Thread(group, starting, "broker-start").start();
    return new BenchBroker(group, starting.get());
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** CPU time of its living threads, without the JVM's own for compiling and collecting. */
  public Duration cpu() {
    Thread[] threads = new Thread[2 * group.activeCount() + 100];
    group.enumerate(threads);
    return Duration.ofNanos(
        Arrays.stream(threads)
            .filter(Objects::nonNull)
            .mapToLong(thread -> Math.max(0, THREADS.getThreadCpuTime(thread.threadId())))
            .sum());
  }

  @Override
  public void close() {
    broker.close();
  }
}
