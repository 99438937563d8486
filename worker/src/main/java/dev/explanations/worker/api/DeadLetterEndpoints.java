package dev.explanations.worker.api;

import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.redrive.DeadLetters;
import dev.explanations.worker.redrive.RedriveJob;
import dev.explanations.worker.redrive.RedriveJobs;
import dev.explanations.worker.redrive.RedriveRun;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;

/** The dead letters over HTTP. They hold what producers sent, so a look needs the token as well. */
final class DeadLetterEndpoints {
  private static final String ALL = "/api/dead-letters";
  private static final String REDRIVE = ALL + "/redrive";

  /** How long an operator waits for a job to end before being told its id alone. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final DeadLetterService desk;
  private final ControlAccess access;
  private final InstantSource clock;

  DeadLetterEndpoints(DeadLetterService desk, ControlAccess access, InstantSource clock) {
    this.desk = desk;
    this.access = access;
    this.clock = clock;
  }

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, ALL, this::list);
    routes.post(REDRIVE, this::redrive);
    OpsServer.addReading(routes, REDRIVE + "/{id}", this::job);
  }

  private void list(Context context) throws InterruptedException {
    access.admitCommand(context);
    DeadLetters letters =
        desk.newest(
            RedriveRequest.limit(context.queryParam("limit")),
            RedriveRequest.reason(context.queryParam("reason")));
    JsonBodies.respond(
        context,
        Fields.of(
            "deadLetters", letters.newest().stream().map(DeadLetterJson::of).toList(),
            "total", letters.counts().values().stream().mapToLong(Long::longValue).sum(),
            "complete", letters.complete()));
  }

  private void redrive(Context context) throws InterruptedException {
    RedriveJob job = RedriveRequest.of(context.bodyAsBytes(), RedriveJob.newId(clock.instant()));
    RedriveRun run = start(job);
    run.await(PATIENCE);
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
    RedriveJobs jobs = desk.jobs();
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
        desk.jobs()
            .find(context.pathParam("id"))
            .map(DeadLetterJson::of)
            .orElseThrow(
                () -> new Problem(404, "No job of that id was started on this worker lately.")));
  }
}
