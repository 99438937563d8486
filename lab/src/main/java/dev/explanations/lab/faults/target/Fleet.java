package dev.explanations.lab.faults.target;

import dev.explanations.lab.guarantees.Observation.Change;
import dev.explanations.lab.guarantees.Observation.WorkerChanged;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.process.WorkerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Workers as processes, under a supervisor: a worker that exits by itself is started again a second
 * later. Each start is a new {@link Life} with an API key of its own; {@code STATE_DIR} and {@code
 * INSTANCE_ID} stay. All changes are reported to the witness. Thread-safe; changes of one worker
 * wait for each other.
 */
public final class Fleet implements AutoCloseable {

  private static final Duration BEFORE_RESTART = Duration.ofSeconds(1);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);
  private static final Duration FOREVER = Duration.ofDays(1);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int MOST_ODDITIES = 1_000;

  /**
   * How workers are started.
   *
   * @param states each worker has its {@code STATE_DIR} in it
   * @param settings of all workers
   * @param ofWorker settings of one worker, by its name; they win over {@code settings}
   * @param jvmArguments of all workers
   * @param keySecret end of every API key
   */
  public record Setup(
      Path states,
      Map<String, String> settings,
      Function<String, Map<String, String>> ofWorker,
      List<String> jvmArguments,
      String keySecret) {}

  /**
   * State of one worker across its lives. Its monitor guards changes; {@code life} may be read
   * without it.
   */
  private static final class Seat {
    final String worker;
    volatile @Nullable Life life;
    int lives;
    boolean wanted;
    boolean cut;
    Path state;

    Seat(String worker, Path state) {
      this.worker = worker;
      this.state = state;
    }
  }

  private final Setup setup;
  private final Witness witness;
  private final BiConsumer<String, String> lines;
  private final Map<String, Seat> seats = new ConcurrentHashMap<>();
  private final Map<String, String> livesByKey = new ConcurrentHashMap<>();
  private final Map<String, String> changedSettings = new ConcurrentHashMap<>();
  private final List<String> oddities = new ArrayList<>();
  private volatile boolean closed;

  /**
   * @param lines hears each log line of each life, by the life's name, on threads of their own;
   *     must not throw
   */
  public Fleet(Setup setup, Witness witness, BiConsumer<String, String> lines) {
    this.setup = setup;
    this.witness = witness;
    this.lines = lines;
  }

  /** Starts a worker unless it runs, and returns at once. */
  public void start(String worker) {
    start(worker, setup.states().resolve(worker));
  }

  /** Starts a worker with the given {@code STATE_DIR} unless it runs, and returns at once. */
  public void start(String worker, Path state) {
    Seat seat = seat(worker);
    synchronized (seat) {
      seat.wanted = true;
      seat.state = state;
      Life running = seat.life;
      if (!closed && (running == null || !running.isAlive())) {
        launch(seat);
      }
    }
  }

  private void launch(Seat seat) {
    seat.lives++;
    String name = seat.worker + "." + seat.lives;
    String key = "key-" + name + "-" + setup.keySecret();
    livesByKey.put(key, name);
    Map<String, String> environment = new HashMap<>(setup.settings());
    environment.putAll(setup.ofWorker().apply(seat.worker));
    environment.putAll(changedSettings);
    environment.put("INSTANCE_ID", seat.worker);
    environment.put("STATE_DIR", seat.state.toString());
    environment.put("GOOGLE_API_KEY", key);
    report(name, Change.STARTED);
    WorkerProcess process =
        WorkerProcess.launch(environment, setup.jvmArguments(), line -> lines.accept(name, line));
    Life life = new Life(seat.worker, name, process);
    seat.life = life;
    if (seat.cut) {
      report(name, Change.CUT);
    }
    Thread.ofVirtual().name("watch-of-" + name).start(() -> watch(seat, life));
  }

  private void watch(Seat seat, Life life) {
    try {
      awaitReady(life);
      while (!life.process().awaitEnd(FOREVER)) {
        // goes on
      }
      if (!life.isEnding() && !closed) {
        report(life.name(), Change.DIED);
        odd("%s exited by itself with %d".formatted(life.name(), exitCode(life)));
        Thread.sleep(BEFORE_RESTART);
        restart(seat, life);
      }
    } catch (InterruptedException e) {
      // nobody interrupts it
    }
  }

  private void awaitReady(Life life) {
    while (life.isAlive()) {
      try {
        life.process().awaitReady(STOP_PATIENCE);
        life.becameReady();
        if (!life.isEnding()) {
          report(life.name(), Change.READY);
        }
        return;
      } catch (IllegalStateException e) {
        // ended, suspended or without Kafka
      }
    }
  }

  private static int exitCode(Life life) {
    return life.process().awaitExit(STOP_PATIENCE);
  }

  private void restart(Seat seat, Life dead) {
    synchronized (seat) {
      if (seat.wanted && !closed && Objects.equals(seat.life, dead)) {
        launch(seat);
      }
    }
  }

  /**
   * Waits until the worker is ready, in its present life or a later one.
   *
   * @throws IllegalStateException when the worker is not ready in time
   */
  public void awaitReady(String worker, Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (life(worker).filter(Life::isResponsive).isEmpty()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(worker + " was not ready after " + atMost);
      }
      Thread.sleep(POLL);
    }
  }

  /** Sends SIGKILL; does nothing while the worker is down. */
  public void kill(String worker) {
    Seat seat = seat(worker);
    synchronized (seat) {
      seat.wanted = false;
      Life life = running(seat);
      if (life != null) {
        kill(life);
      }
    }
  }

  private void kill(Life life) {
    life.ends();
    report(life.name(), Change.KILLED);
    life.process().kill();
  }

  /**
   * Sends SIGTERM and waits for the end, a minute at most; then kills the worker. An exit code
   * other than 0 is an {@link #oddities oddity}.
   */
  public void stop(String worker) {
    Seat seat = seat(worker);
    synchronized (seat) {
      seat.wanted = false;
      Life life = running(seat);
      if (life == null) {
        return;
      }
      life.ends();
      report(life.name(), Change.STOPPING);
      try {
        int code = life.process().terminate(STOP_PATIENCE);
        report(life.name(), Change.STOPPED);
        if (code != 0) {
          odd("%s exited with %d after SIGTERM".formatted(life.name(), code));
        }
      } catch (IllegalStateException e) {
        odd(life.name() + " did not stop: " + e.getMessage());
        kill(life);
      }
    }
  }

  /** Sends SIGSTOP; does nothing while the worker is down. */
  public void suspend(String worker) {
    Seat seat = seat(worker);
    synchronized (seat) {
      Life life = running(seat);
      if (life != null) {
        life.suspended(true);
        report(life.name(), Change.SUSPENDED);
        life.process().suspend();
      }
    }
  }

  /** Sends SIGCONT; does nothing while the worker is down. */
  public void resume(String worker) {
    Seat seat = seat(worker);
    synchronized (seat) {
      Life life = running(seat);
      if (life != null) {
        report(life.name(), Change.RESUMED);
        life.process().resume();
        life.suspended(false);
      }
    }
  }

  /**
   * Reports that the worker is cut off from Kafka or connected again; the caller makes the cut.
   * Lives that begin meanwhile are reported as cut off too.
   */
  public void cut(String worker, boolean now) {
    Seat seat = seat(worker);
    synchronized (seat) {
      seat.cut = now;
      Life life = running(seat);
      if (life != null) {
        report(life.name(), now ? Change.CUT : Change.RECONNECTED);
      }
    }
  }

  /** A setting of all lives that begin from now on; it wins over those of the setup. */
  public void change(String setting, String value) {
    changedSettings.put(setting, value);
  }

  /** Processes that run, suspended ones too, by the names of their workers. */
  public List<Life> live() {
    return seats.values().stream()
        .map(seat -> seat.life)
        .filter(life -> life != null && life.isAlive())
        .sorted((one, other) -> one.worker().compareTo(other.worker()))
        .toList();
  }

  /** The worker's process, if it runs. */
  public Optional<Life> life(String worker) {
    return Optional.ofNullable(running(seat(worker)));
  }

  /** The life that was given that API key. */
  public Optional<String> lifeOf(String key) {
    return Optional.ofNullable(livesByKey.get(key));
  }

  /** Exits that nobody asked for and stops that failed, in words; the first thousand. */
  public List<String> oddities() {
    synchronized (oddities) {
      return List.copyOf(oddities);
    }
  }

  void odd(String what) {
    synchronized (oddities) {
      if (oddities.size() < MOST_ODDITIES) {
        oddities.add(what);
      }
    }
  }

  private Seat seat(String worker) {
    return seats.computeIfAbsent(worker, name -> new Seat(name, setup.states().resolve(name)));
  }

  private static @Nullable Life running(Seat seat) {
    Life life = seat.life;
    return life != null && life.isAlive() ? life : null;
  }

  private void report(String life, Change change) {
    witness.saw(new WorkerChanged(System.nanoTime(), life, change));
  }

  /** Kills all that run. */
  @Override
  public void close() {
    closed = true;
    for (Life life : live()) {
      kill(life.worker());
    }
  }
}
