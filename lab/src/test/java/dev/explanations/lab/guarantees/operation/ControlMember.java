package dev.explanations.lab.guarantees.operation;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.control.CommandListener;
import dev.explanations.worker.control.ControlLog;
import dev.explanations.worker.control.ControlTopic;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.kafka.InstanceId;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.spending.Ledger;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** What a worker has of the control topic, without the rest of it. */
final class ControlMember implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What the listener was told, in its order. */
  final List<Heard> heard = new CopyOnWriteArrayList<>();

  final ControlTopic control;
  final Ledger ledger = new Ledger(() -> LocalDate.of(9999, 1, 1));

  /** When the commands that are applied from now on are in force. */
  volatile CompletableFuture<@Nullable Void> commit = CompletableFuture.completedFuture(null);

  /** Held by a test, it holds up the thread that reads the topic. */
  final ReentrantLock gate = new ReentrantLock();

  private final Admin admin;

  record Heard(Command command, long offset, boolean replayed) {}

  /**
   * @param environment a worker's settings
   */
  ControlMember(Map<String, String> environment, Duration keepInvalidations) {
    Settings settings = SettingsLoader.load(environment);
    ClientProperties properties = new ClientProperties(settings.kafka(), settings.streams());
    admin = Admin.create(properties.admin());
    CommandListener listener =
        (command, offset, replayed) -> {
          gate.lock();
          try {
            heard.add(new Heard(command, offset, replayed));
          } finally {
            gate.unlock();
          }
          return commit;
        };
    control =
        new ControlTopic(
            new ControlLog(
                admin,
                properties.controlConsumer(),
                properties.controlProducer(),
                settings.topics().control()),
            InstanceId.of(settings.streams()),
            keepInvalidations,
            listener,
            ledger,
            Clock.systemUTC());
    control.start();
  }

  /** Returns when all that was on the topic has been applied. */
  ControlMember ready() throws InterruptedException {
    if (!control.awaitState(PATIENCE)) {
      throw new IllegalStateException("the control topic was not read");
    }
    return this;
  }

  List<Command> commands() {
    return heard.stream().map(Heard::command).toList();
  }

  @Override
  public void close() {
    control.close();
    admin.close(Duration.ofSeconds(1));
  }

  /** In a process of its own, until that is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    new ControlMember(System.getenv(), Duration.ofHours(1)).ready();
    new CountDownLatch(1).await();
  }
}
