package dev.explanations.worker;

import dev.explanations.worker.api.DeadLetterService;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.redrive.DeadLetterReader;
import dev.explanations.worker.redrive.DeadLetters;
import dev.explanations.worker.redrive.Redrive;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters for operators, once there are clients. Nothing of it runs on a stream thread.
 */
final class WorkerDeadLetters implements DeadLetterService, AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Settings settings;
  private final ClientProperties properties;
  private final DeadLetterReader reader;

  /** One look at a time: each may have some megabytes under way. */
  private final Semaphore looks = new Semaphore(1);

  private volatile Optional<RedriveJobs> jobs = Optional.empty();

  WorkerDeadLetters(Settings settings) {
    this.settings = settings;
    this.properties = new ClientProperties(settings.kafka(), settings.streams());
    this.reader = new DeadLetterReader(properties, settings.topics().deadLetters(), LOOK);
  }

  /** From now on jobs can be run. */
  void attach(Admin admin) {
    Redrive redrive =
        new Redrive(
            admin,
            properties,
            settings.streams().applicationId(),
            settings.topics(),
            settings.redrive().maxReplays());
    jobs = Optional.of(new RedriveJobs(redrive::run));
  }

  @Override
  public DeadLetters newest(int limit, @Nullable ErrorCode reason) throws InterruptedException {
    if (!looks.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new UnavailableException("Others look at the dead letters now.");
    }
    try {
      return reader.newest(limit, reason);
    } catch (KafkaException e) {
      throw new UnavailableException("Kafka failed: " + e.getClass().getSimpleName() + ".");
    } finally {
      looks.release();
    }
  }

  @Override
  public RedriveJobs jobs() {
    return jobs.orElseThrow(() -> new UnavailableException("The worker is starting."));
  }

  /** Interrupts the job that runs. */
  void stop() {
    jobs.ifPresent(RedriveJobs::stop);
  }

  @Override
  public void close() {
    jobs.ifPresent(RedriveJobs::close);
  }
}
