package dev.explanations.worker;

import dev.explanations.worker.acl.NotAllowed;
import dev.explanations.worker.api.DeadLetterService;
import dev.explanations.worker.deadletters.DeadLetterReader;
import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.redrive.Redrive;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.redrive.RedriveProgress;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.jspecify.annotations.Nullable;

/** Dead letters in Kafka, each look and each job with clients of its own. Thread-safe. */
final class WorkerDeadLetters implements DeadLetterService, AutoCloseable {

  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Settings settings;
  private final ClientProperties properties;
  private final DeadLetterReader reader;
  private final RedriveJobs jobs = new RedriveJobs(this::run);

  /** One look at a time: each may hold some megabytes. */
  private final Semaphore looks = new Semaphore(1);

  WorkerDeadLetters(Settings settings) {
    this.settings = settings;
    this.properties = new ClientProperties(settings.kafka(), settings.streams());
    this.reader = new DeadLetterReader(properties, settings.topics().deadLetters(), LOOK);
  }

  private RedriveReport run(RedriveJob job, RedriveProgress progress) throws InterruptedException {
    Admin admin = Admin.create(properties.redriveAdmin());
    try {
      return new Redrive(
              admin,
              properties,
              settings.streams().applicationId(),
              settings.topics(),
              settings.redrive().maxReplays())
          .run(job, progress);
    } finally {
      admin.close(Engine.ADMIN_CLOSE);
    }
  }

  @Override
  public DeadLetters newest(int limit, @Nullable ErrorCode reason) throws InterruptedException {
    if (!looks.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new Problem(503, "Others look at the dead letters now.");
    }
    try {
      return reader.newest(limit, reason);
    } catch (KafkaException e) {
      throw new Problem(503, "Kafka failed: " + cause(e) + ".");
    } finally {
      looks.release();
    }
  }

  /** The kind of failure; of a refusal, the grant that is missing. */
  private String cause(KafkaException failure) {
    return failure instanceof AuthorizationException
        ? NotAllowed.message(failure, AclOperation.READ, List.of(settings.topics().deadLetters()))
        : failure.getClass().getSimpleName();
  }

  @Override
  public RedriveJobs jobs() {
    return jobs;
  }

  /** Interrupts the running job and starts no more. */
  void stop() {
    jobs.stop();
  }

  @Override
  public void close() {
    jobs.close();
  }
}
