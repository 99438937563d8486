package dev.explanations.lab.faults.target;

import dev.explanations.lab.process.WorkerProcess;
import java.net.URI;

/** A process of a worker, from its start to its end. Thread-safe. */
public final class Life {

  private final String worker;
  private final String name;
  private final WorkerProcess process;
  private volatile boolean ready;
  private volatile boolean suspended;
  private volatile boolean ending;

  Life(String worker, String name, WorkerProcess process) {
    this.worker = worker;
    this.name = name;
    this.process = process;
  }

  /** Name of the worker, for instance {@code w2}; also its {@code INSTANCE_ID}. */
  public String worker() {
    return worker;
  }

  /** Name of this life in observations, for instance {@code w2.3}. */
  public String name() {
    return name;
  }

  public int httpPort() {
    return process.httpPort();
  }

  /** URI of a path on the worker's HTTP server, for instance {@code /metrics}. */
  public URI uri(String path) {
    return process.uri(path);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Whether HTTP requests are answered: the process was ready once, runs, and is neither suspended
   * nor about to end.
   */
  public boolean isResponsive() {
    return ready && !suspended && !ending && isAlive();
  }

  WorkerProcess process() {
    return process;
  }

  void becameReady() {
    ready = true;
  }

  void suspended(boolean now) {
    suspended = now;
  }

  boolean isEnding() {
    return ending;
  }

  /** Notes that this process is being ended on purpose. */
  void ends() {
    ending = true;
  }
}
