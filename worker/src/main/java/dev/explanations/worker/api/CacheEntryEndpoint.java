package dev.explanations.worker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.explanations.worker.api.CacheLookUp.Answer;
import dev.explanations.worker.contract.request.QuestionReader;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Look-up of a cached explanation over HTTP. Needs a token: it shows what producers ask. Only the
 * worker that owns the question's partition can look; another one redirects to it.
 */
final class CacheEntryEndpoint {
  private static final String PATH = "/api/cache/entry";
  private static final String PROMPT_VERSION = "promptVersion";

  /** A prompt's name, and the digits that follow it. */
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /** Seconds; a rebalance without a restore takes about as long. */
  private static final String RETRY_AFTER = "2";

  private final CacheLookUp lookUp;
  private final ControlAccess access;
  private final QuestionReader questions = new QuestionReader();

  CacheEntryEndpoint(CacheLookUp lookUp, ControlAccess access) {
    this.lookUp = lookUp;
    this.access = access;
  }

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, PATH, this::find);
  }

  private void find(Context context) {
    access.admitCommand(context);
    Map<String, String> given = parameters(context);
    Map<String, String> fields = new LinkedHashMap<>(given);
    String version = fields.remove(PROMPT_VERSION);
    switch (lookUp.find(question(fields, version), version)) {
      case Answer.Found found -> JsonBodies.respond(context, json(found));
      case Answer.Refused(String key, Instant until) ->
          throw new Problem(
              404,
              "The model refused the question; that is remembered until %s, as %s."
                  .formatted(until, key));
      case Answer.Absent(String key) ->
          throw new Problem(404, "There is no explanation of the cache key %s.".formatted(key));
      case Answer.Elsewhere(String address) -> {
        String location = address + PATH + "?" + query(given);
        context.header("Location", location);
        JsonBodies.respond(context, 307, Fields.of("location", location));
      }
      case Answer.OwnedBy(String worker) ->
          throw new Problem(
              404,
              "The question belongs to the worker %s, which has no HTTP_ADVERTISED: ask it there."
                  .formatted(worker));
      case Answer.Moving _ -> {
        context.header("Retry-After", RETRY_AFTER);
        throw new Problem(503, "The question's partition is moving or being restored; ask again.");
      }
    }
  }

  private static Map<String, String> parameters(Context context) {
    Map<String, String> given = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> each : context.queryParamMap().entrySet()) {
      String name = each.getKey();
      if (!QuestionReader.FIELDS.contains(name) && !name.equals(PROMPT_VERSION)) {
        TreeSet<String> names = new TreeSet<>(QuestionReader.FIELDS);
        names.add(PROMPT_VERSION);
        throw new Problem(400, "Unknown parameter; there is: " + String.join(", ", names) + ".");
      }
      // Javalin leaves out what it cannot decode
      if (each.getValue().size() != 1) {
        throw new Problem(400, name + " must be given once, percent-encoded.");
      }
      given.put(name, each.getValue().getFirst());
    }
    return given;
  }

  private ExplanationRequest question(Map<String, String> fields, @Nullable String version) {
    try {
      ExplanationRequest question = questions.read(fields);
      if (version != null && !VERSION.matcher(version).matches()) {
        throw new Problem(400, "promptVersion: must be as in a result.");
      }
      return question;
    } catch (IllegalArgumentException e) {
      throw new Problem(400, String.valueOf(e.getMessage()));
    }
  }

  /** Encoded anew: nothing gets into the header that was not read and checked. */
  private static String query(Map<String, String> given) {
    return given.entrySet().stream()
        .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static Fields json(Answer.Found found) {
    Usage usage = found.explanation().usage();
    Instant created = found.validity().calledAt();
    return Fields.of(
        "text", found.explanation().text(),
        "model", found.explanation().model(),
        "promptVersion", found.explanation().promptVersion(),
        "cacheKey", found.cacheKey(),
        "created", created.equals(Instant.EPOCH) ? null : created,
        "expires", found.validity().expiresAt(),
        "tier", found.tier().wireName(),
        "usage",
            Fields.of(
                "promptTokens", usage.promptTokens(),
                "outputTokens", usage.outputTokens(),
                "totalTokens", usage.totalTokens()),
        "hits", found.hits() == null ? null : found.hits().count(),
        "hitsSince", found.hits() == null ? null : found.hits().since());
  }
}
