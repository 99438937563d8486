package dev.explanations.worker.api;

import dev.explanations.worker.deadletters.DeadLetters;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.redrive.RedriveRun;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;

/** Dead letters over HTTP. Reading them needs a token too: they hold what producers sent. */
record DeadLetterEndpoints(DeadLetterService letters, ControlAccess access, InstantSource clock) {
  private static final String ALL = "/api/dead-letters";
  private static final String REDRIVE = ALL + "/redrive";

  /** A job that ends within this time is answered with its report, a longer one with its id. */
  private static final Duration SHORT_JOB = Duration.ofSeconds(2);

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, ALL, this::list);
    routes.post(REDRIVE, this::redrive);
    OpsServer.addReading(routes, REDRIVE + "/{id}", this::job);
  }

  private void list(Context context) throws InterruptedException {
    access.admitCommand(context);
    DeadLetters found =
        letters.newest(
            RedriveRequest.limit(context.queryParam("limit")),
            RedriveRequest.reason(context.queryParam("reason")));
    JsonBodies.respond(
        context,
        Fields.of(
            "deadLetters", found.newest().stream().map(DeadLetterJson::of).toList(),
            "total", found.counts().values().stream().mapToLong(Long::longValue).sum(),
            "complete", found.complete()));
  }

  private void redrive(Context context) throws InterruptedException {
    RedriveJob job = RedriveRequest.of(context.bodyAsBytes(), RedriveJob.newId(clock.instant()));
    RedriveRun run = start(job);
    run.await(SHORT_JOB);
    switch (run.state()) {
      case RedriveRun.Failed(boolean refused, String error) ->
          throw new Problem(
              refused ? 409 : 503,
              refused
                  ? error
                  : "Kafka failed (%s); go on with the id %s.".formatted(error, job.id()));
      case RedriveRun.Running _ -> {
        context.header("Location", REDRIVE + "/" + job.id());
        JsonBodies.respond(context, 202, DeadLetterJson.of(run));
      }
      case RedriveRun.Ended _, RedriveRun.Interrupted _ ->
          JsonBodies.respond(context, DeadLetterJson.of(run));
    }
  }

  private RedriveRun start(RedriveJob job) {
    RedriveJobs jobs = letters.jobs();
    return jobs.start(job)
        .orElseThrow(
            () ->
                new Problem(
                    409,
                    jobs.running()
                        .map(other -> "Job %s is running here.".formatted(other.job().id()))
                        .orElse("The worker is stopping.")));
  }

  private void job(Context context) {
    access.admitCommand(context);
    JsonBodies.respond(
        context,
        letters
            .jobs()
            .find(context.pathParam("id"))
            .map(DeadLetterJson::of)
            .orElseThrow(
                () -> new Problem(404, "No job of that id was started on this worker lately.")));
  }
}
