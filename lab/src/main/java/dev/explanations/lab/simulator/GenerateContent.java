package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Latency;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Script;
import dev.explanations.lab.simulator.statistics.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers {@code generateContent} calls as the script says, and counts them. */
final class GenerateContent {

  /** The Developer API, Vertex AI with a key, and Vertex AI with project and location. */
  private static final Pattern PATH =
      Pattern.compile(
          "/v1(?:beta1?)?/(?:(?:projects/[^/]+/locations/[^/]+/)?publishers/google/)?"
              + "models/([^/:]+):generateContent");

  private static final String KEY = "x-goog-api-key";
  private static final String BEARER = "Bearer ";

  /** Fixed, so that two runs draw the same latencies. */
  private static final long SEED = 42;

  private final ObjectMapper json;
  private final Bodies bodies;
  private final Script script;
  private final Counters counters;
  private final ScheduledExecutorService scheduler;
  private final AtomicReference<@Nullable String> acceptedKey;
  private final Random random = new Random(SEED);
  private volatile CallListener listener = CallListener.NONE;

  GenerateContent(
      ObjectMapper json,
      Script script,
      Counters counters,
      ScheduledExecutorService scheduler,
      AtomicReference<@Nullable String> acceptedKey) {
    this.json = json;
    this.bodies = new Bodies(json);
    this.script = script;
    this.counters = counters;
    this.scheduler = scheduler;
    this.acceptedKey = acceptedKey;
  }

  void observe(CallListener newListener) {
    listener = newListener;
  }

  /** The model that such a path names; empty for any other path. */
  static Optional<String> model(String path) {
    Matcher matcher = PATH.matcher(path);
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  void notFound(Request request, Response response, Callback callback) {
    new Exchange(request, response, callback).send(404, Exchange.JSON, bodies.notFound());
  }

  void handle(String model, byte[] body, Request request, Response response, Callback callback)
      throws IOException {
    Optional<Call> call = Call.parse(json, model, body);
    if (call.isEmpty()) {
      counters.refused(400);
      new Exchange(request, response, callback).send(400, Exchange.JSON, bodies.badRequest());
      return;
    }
    long arrived = System.nanoTime();
    long number = counters.arrived(call.get(), arrived);
    CallListener hears = listener;
    if (!hears.equals(CallListener.NONE)) {
      call = call.map(each -> each.numbered(number));
    }
    String key = request.getHeaders().get(KEY);
    hears.began(number, call.get(), key == null ? "" : key, arrived);
    Exchange exchange = new Exchange(request, response, callback, counters::ended);
    Behaviour refusal = refusal(request);
    Behaviour behaviour = refusal == null ? script.next(call.get()).forCall(arrived) : refusal;
    Reply reply = behaviour.reply();
    Call asked = call.get();
    CompletionStage<?> _ =
        behaviour
            .release()
            .thenRun(
                () ->
                    later(
                        () -> perform(reply, number, asked, exchange, hears), behaviour.latency()));
  }

  private void later(Runnable task, Latency latency) {
    ScheduledFuture<?> _ =
        scheduler.schedule(task, latency.next(random).toNanos(), TimeUnit.NANOSECONDS);
  }

  private void perform(Reply reply, long number, Call call, Exchange exchange, CallListener hears) {
    int status = status(reply);
    String body = body(reply, call);
    long now = System.nanoTime();
    exchange.whenOver(delivered -> hears.ended(number, reply, status, body, delivered, now));
    switch (reply) {
      case Reply.SlowBody(var pause) -> {
        replied(number, status);
        exchange.sendSlowly(body, pause, scheduler);
      }
      case Reply.Hang() -> {}
      case Reply.Reset() -> {
        replied(number, status);
        exchange.reset();
      }
      case Reply.Throttled(var retryDelay) -> {
        counters.replied(number, status, retryDelay);
        exchange.send(status, Exchange.JSON, body);
      }
      case Reply.Answer _, Reply.Canned _ -> {
        replied(number, status);
        exchange.send(
            status, reply == Reply.Canned.BAD_GATEWAY ? Exchange.HTML : Exchange.JSON, body);
      }
    }
  }

  private static int status(Reply reply) {
    return switch (reply) {
      case Reply.Answer _, Reply.SlowBody _ -> 200;
      case Reply.Throttled _ -> 429;
      case Reply.Hang(), Reply.Reset() -> 0;
      case Reply.Canned canned -> canned.status();
    };
  }

  private String body(Reply reply, Call call) {
    return switch (reply) {
      case Reply.Answer(int atLeast) -> bodies.answer(call, atLeast);
      case Reply.SlowBody _ -> bodies.answer(call, 0);
      case Reply.Throttled(var retryDelay) -> bodies.throttled(call, retryDelay);
      case Reply.Hang(), Reply.Reset() -> "";
      case Reply.Canned canned -> bodies.canned(call, canned);
    };
  }

  private void replied(long number, int status) {
    counters.replied(number, status, Duration.ZERO);
  }

  /** Behaviour of a call with wrong credentials; null when they are right. */
  private @Nullable Behaviour refusal(Request request) {
    String accepted = acceptedKey.get();
    if (accepted == null || accepted.equals(request.getHeaders().get(KEY))) {
      return null;
    }
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization == null) {
      return Behaviour.of(Reply.Canned.INVALID_KEY);
    }
    return authorization.equals(BEARER + accepted)
        ? null
        : Behaviour.of(Reply.Canned.UNAUTHENTICATED);
  }
}
