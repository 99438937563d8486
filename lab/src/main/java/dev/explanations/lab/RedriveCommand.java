package dev.explanations.lab;

import dev.explanations.lab.submit.Progress;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.kafka.ClientProperties;
import dev.explanations.worker.redrive.Redrive;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveReport;
import dev.explanations.worker.settings.Settings;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "redrive",
    description = {
      "Sends dead letters back to the request topic, each once.",
      "What is no option here, such as TOPIC_DEAD_LETTERS, REDRIVE_MAX_REPLAYS or KAFKA_*, comes"
          + " from the environment as it does for the worker.",
      "Exits with 1 unless the job came to its end."
    },
    mixinStandardHelpOptions = true)
final class RedriveCommand implements Callable<Integer> {

  private static final long STOP_SECONDS = 10;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ApplicationOptions application = new ApplicationOptions();

  @Option(
      names = "--id",
      description = "Goes on with the job of that id. By default a new job gets a new one.")
  private @Nullable String id;

  @Option(
      names = "--reason",
      description = "Only dead letters of this reason, such as model_unavailable. Default: all.")
  private @Nullable ErrorCode reason;

  @Option(names = "--limit", description = "Send no more than this. Default: no limit.")
  private long limit = RedriveJob.NO_LIMIT;

  @Option(names = "--dry-run", description = "Count only, and change nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    Settings settings = application.settings(Objects.requireNonNull(spec).commandLine());
    RedriveJob job;
    try {
      String jobId = id == null ? RedriveJob.newId(Instant.now()) : id;
      job = new RedriveJob(jobId, reason, limit, dryRun);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()));
    }
    // first, so that it can be gone on with whatever happens
    System.out.printf("job %s%n", job.id());
    ClientProperties properties = new ClientProperties(settings.kafka(), settings.streams());
    RedriveReport report;
    try (Admin admin = Admin.create(properties.admin());
        Progress progress = Progress.onStandardOutput("offsets")) {
      Redrive redrive =
          new Redrive(
              admin,
              properties,
              settings.streams().applicationId(),
              settings.topics(),
              settings.redrive().maxReplays());
      report = run(redrive, job, progress);
    }
    print(report);
    return report.end() == RedriveReport.End.FENCED ? 1 : 0;
  }

  /** An open transaction would hold up the worker, so Ctrl-C lets the job abort it first. */
  private static RedriveReport run(Redrive redrive, RedriveJob job, Progress progress)
      throws InterruptedException {
    Thread runner = Thread.currentThread();
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      if (ended.getCount() > 0) {
                        runner.interrupt();
                        awaitQuietly(ended);
                      }
                    }));
    try {
      return redrive.run(job, progress::show);
    } finally {
      ended.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch ended) {
    try {
      // whatever it says: the process ends now
      var _ = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void print(RedriveReport report) {
    switch (report.end()) {
      case COMPLETE -> {}
      case LIMIT_REACHED -> System.out.println("the limit is reached");
      case FENCED ->
          System.out.printf("ended by another run, or too slow: go on with --id %s%n", report.id());
    }
    if (report.sentBefore() > 0) {
      System.out.printf("%d sent by earlier runs of this job%n", report.sentBefore());
    }
    long skipped = report.skipped().values().stream().mapToLong(Long::longValue).sum();
    String causes =
        report.skipped().entrySet().stream()
            .map(entry -> "%d %s".formatted(entry.getValue(), entry.getKey().wireName()))
            .sorted()
            .collect(Collectors.joining(", "));
    System.out.printf(
        "%d dead letters, %d %s, %d skipped%s%n",
        report.matched(),
        report.sent(),
        report.dryRun() ? "to send" : "sent",
        skipped,
        causes.isEmpty() ? "" : " (" + causes + ")");
  }
}
