package dev.explanations.worker.api;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.health.HealthReport;
import dev.explanations.worker.health.Status;
import dev.explanations.worker.http.CallerTokens;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.GuardedConnector;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import dev.explanations.worker.http.ProblemErrorHandler;
import dev.explanations.worker.http.SecurityHeaders;
import dev.explanations.worker.logging.LogLevels;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.settings.Settings;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.router.Endpoint;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server. Each request runs on a virtual thread. Endpoints wait for neither Kafka, Redis
 * nor Gemini, except dead letters, which are read from Kafka, commands, which wait for the other
 * workers, and look-ups in the cache, which wait {@code REDIS_TIMEOUT} for Redis. Thread-safe.
 */
public final class OpsServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OpsServer.class);
  private static final int NANOS_PER_MILLI = 1_000_000;

  private final Settings.Http settings;
  private final HealthReport health;
  private final LogLevels logLevels = new LogLevels(InstantSource.system());
  private final CallerTokens tokens;
  private final ControlAccess access;
  private final Listener listener;
  private final Javalin javalin;
  private volatile int port;

  /**
   * The parts of the worker behind the endpoints.
   *
   * @param commands gives a command to every worker; takes five seconds at most
   * @param topology description of the topology, for {@code GET /api/topology}
   */
  public record Backend(
      HealthReport health,
      MetricsService metrics,
      DeadLetterService deadLetters,
      CacheLookUp lookUp,
      Supplier<Prompts.Status> prompts,
      BudgetService budget,
      Function<Command, CommandResult> commands,
      Supplier<String> topology) {}

  /** Told of every answered request, on many threads. */
  @FunctionalInterface
  public interface Listener {

    /**
     * @param method {@code other} without a route, since a client may invent any method
     * @param route path as declared, its parameters unfilled; {@code none} without a route
     */
    void answered(String method, String route, int status, Duration took);
  }

  /** Does not listen before {@link #start}. */
  public OpsServer(Settings.Http settings, Backend backend, Listener listener) {
    this.settings = settings;
    this.health = backend.health;
    this.tokens = new CallerTokens(settings, InstantSource.system());
    this.access = new ControlAccess(tokens, InstantSource.system());
    this.listener = listener;
    this.javalin =
        Javalin.create(
            config -> {
              configure(config);
              addReading(
                  config.routes,
                  "/api/topology",
                  it -> it.result(backend.topology.get()).contentType("text/plain;charset=utf-8"));
              new MetricsEndpoints(backend.metrics, access).addTo(config.routes);
              Commands commands = new Commands(backend.commands);
              new CommandEndpoints(health::breakers, backend.prompts, commands)
                  .addTo(config.routes);
              new BudgetEndpoints(backend.budget, commands).addTo(config.routes);
              new LogLevelEndpoints(logLevels).addTo(config.routes);
              new DeadLetterEndpoints(backend.deadLetters, access, InstantSource.system())
                  .addTo(config.routes);
              new CacheEntryEndpoint(backend.lookUp, access).addTo(config.routes);
              new DashboardAssets().addTo(config.routes);
            });
  }

  /**
   * Begins to listen.
   *
   * @throws IOException if it cannot, with one line that names the settings
   */
  public void start() throws IOException {
    try {
      javalin.start();
    } catch (RuntimeException e) {
      throw new IOException(
          "cannot listen on HTTP_HOST=%s HTTP_PORT=%d: %s"
              .formatted(settings.host(), settings.port(), reason(e)),
          e);
    }
    port = javalin.port();
    tokens.start();
    log.info("HTTP server listening on http://{}:{}", hostInUrl(), port());
  }

  /**
   * The bound port. Thread-safe, which Javalin's own is not before the start.
   *
   * @throws IllegalStateException before {@link #start}
   */
  public int port() {
    if (port == 0) {
      throw new IllegalStateException("not started");
    }
    return port;
  }

  /** All endpoints, as {@code GET /live}, for the test of {@code openapi.yaml}. */
  List<String> endpoints() {
    return javalin.unsafe.internalRouter.allHttpHandlers().stream()
        .map(handler -> handler.endpoint)
        .filter(endpoint -> endpoint.method.isHttpMethod())
        .filter(endpoint -> !endpoint.method.equals(HandlerType.HEAD))
        .map(endpoint -> endpoint.method + " " + endpoint.path)
        .toList();
  }

  /** Ends requests that still run. Idempotent; needs no start. */
  @Override
  public void close() {
    javalin.stop();
    tokens.close();
    logLevels.close();
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.startupWatcherEnabled = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads = true;
    config.http.prefer405over404 = true;
    config.http.maxRequestSize = ControlAccess.MAX_BODY;
    config.jetty.addConnector(
        (server, http) ->
            new GuardedConnector(server, http, bindHost(), settings.port(), System::nanoTime));
    config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
    config.jetty.modifyServer(server -> server.setErrorHandler(new ProblemErrorHandler()));

    config.requestLogger.http(this::tell);
    config.routes.before(OpsServer::secure);
    config.routes.before(access::admit);
    config.routes.after(access::audit);
    config.routes.exception(HttpResponseException.class, OpsServer::refuse);
    // the only I/O here is reading bodies
    config.routes.exception(IOException.class, OpsServer::breakOff);
    config.routes.exception(Exception.class, OpsServer::fail);

    addReading(
        config.routes,
        "/live",
        context -> JsonBodies.respond(context, Fields.of("status", "live")));
    addReading(config.routes, "/ready", this::ready);
    addReading(config.routes, "/api/health", this::health);
  }

  /**
   * Routes GET and HEAD to the same handler. By itself Javalin answers 200 to HEAD wherever there
   * is a GET, without its handler and thus without a look at the token.
   */
  static void addReading(RoutesConfig routes, String path, Handler handler) {
    routes.get(path, handler);
    routes.head(path, handler);
  }

  private void ready(Context context) {
    boolean ready = health.ready();
    Object state = health.stream().details().get("state");
    JsonBodies.respond(
        context,
        ready ? 200 : 503,
        Fields.of("status", ready ? "ready" : "not_ready", "kafka_streams", state));
  }

  private void health(Context context) {
    HealthReport.Report report = health.make();
    JsonBodies.respond(context, report.status() == Status.UNHEALTHY ? 503 : 200, report.body());
  }

  private void tell(Context context, float millis) {
    Endpoint endpoint = context.endpoints().matchedHttpEndpoint();
    String method = endpoint == null ? "other" : context.method().name();
    String route = endpoint == null ? "none" : endpoint.path;
    Duration took = Duration.ofNanos((long) (millis * NANOS_PER_MILLI));
    listener.answered(method, route, context.statusCode(), took);
  }

  private static void secure(Context context) {
    SecurityHeaders.ALL.forEach(context::header);
  }

  private static void refuse(HttpResponseException refusal, Context context) {
    String allowed = refusal.getDetails().get("availableMethods");
    if (allowed != null) {
      // every GET route has a HEAD, see addReading
      context.header("Allow", allowed.equals("GET") ? "GET, HEAD" : allowed);
    }
    String title = HttpStatus.getMessage(refusal.getStatus());
    String detail =
        refusal instanceof Problem ? String.valueOf(refusal.getMessage()) : detail(context);
    JsonBodies.respondProblem(context, refusal.getStatus(), title, detail);
  }

  private static String detail(Context context) {
    return ControlAccess.printable(context.method().name() + " " + context.path());
  }

  private static void breakOff(IOException failure, Context context) {
    log.debug("{} broke off", detail(context), failure);
    JsonBodies.respondProblem(context, 400, "Bad Request", "The body is malformed or incomplete.");
  }

  private static void fail(Exception failure, Context context) {
    log.error("{} failed", detail(context), failure);
    JsonBodies.respondProblem(context, 500, "Internal Server Error", "See the worker's log.");
  }

  private String bindHost() {
    String host = settings.host();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private String hostInUrl() {
    String host = bindHost();
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
