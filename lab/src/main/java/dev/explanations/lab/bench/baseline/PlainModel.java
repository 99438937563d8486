package dev.explanations.lab.bench.baseline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Usage;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ModelClient;
import dev.explanations.worker.policy.PromptFile;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.Settings.Credentials;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * The least that calls Gemini: OkHttp and Jackson, for a simulator that answers. Every failure is
 * {@link Outcome.Unavailable}. Thread-safe.
 */
public final class PlainModel implements ModelClient {

  private static final MediaType JSON = MediaType.get("application/json");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final OkHttpClient client;
  private final Request request;
  private final String model;

  PlainModel(Settings.Gemini settings, String model) {
    this.model = model;
    if (!(settings.credentials() instanceof Credentials.DeveloperApi(var key))) {
      throw new IllegalArgumentException("wants a key of the Developer API");
    }
    this.request =
        new Request.Builder()
            .url(
                "%s/%s/models/%s:generateContent"
                    .formatted(settings.baseUrl(), settings.apiVersion(), model))
            .header("x-goog-api-key", key.reveal())
            .build();
    this.client =
        new OkHttpClient.Builder()
            .protocols(List.of(Protocol.HTTP_1_1))
            .connectionPool(new ConnectionPool(settings.maxInFlight(), 1, TimeUnit.MINUTES))
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .callTimeout(settings.timeout())
            .build();
  }

  @Override
  public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
    try {
      RequestBody body = RequestBody.create(MAPPER.writeValueAsBytes(call(prompt)), JSON);
      try (Response response = client.newCall(request.newBuilder().post(body).build()).execute()) {
        if (!response.isSuccessful()) {
          watcher.accept(details(response.code(), null));
          return unavailable("status " + response.code());
        }
        JsonNode answer = MAPPER.readTree(Objects.requireNonNull(response.body()).byteStream());
        Usage usage = usage(answer);
        watcher.accept(
            details(
                null,
                new CallDetails.Response(
                    answer.path("modelVersion").asText(), "", "", usage, 0, 0)));
        return read(answer, usage);
      }
    } catch (IOException e) {
      watcher.accept(details(null, null));
      return unavailable(e.toString());
    }
  }

  private CallDetails details(@Nullable Integer status, CallDetails.@Nullable Response response) {
    return new CallDetails(CallDetails.Provider.DEVELOPER_API, model, null, true, status, response);
  }

  private static ObjectNode call(Prompt prompt) {
    ObjectNode call = MAPPER.createObjectNode();
    call.putArray("contents")
        .addObject()
        .put("role", "user")
        .putArray("parts")
        .addObject()
        .put("text", prompt.userText());
    call.putObject("systemInstruction")
        .putArray("parts")
        .addObject()
        .put("text", prompt.systemInstruction());
    return call;
  }

  private static Usage usage(JsonNode answer) {
    JsonNode usage = answer.path("usageMetadata");
    return new Usage(
        usage.path("promptTokenCount").asInt(),
        usage.path("candidatesTokenCount").asInt(),
        usage.path("totalTokenCount").asInt());
  }

  private static Outcome read(JsonNode answer, Usage usage) {
    String text = answer.at("/candidates/0/content/parts/0/text").asText();
    return text.isEmpty()
        ? unavailable("no text")
        : new Outcome.Explained(
            new Explanation(
                text, answer.path("modelVersion").asText(), PromptFile.DEFAULT_VERSION, usage));
  }

  private static Outcome unavailable(String message) {
    return new Outcome.Unavailable(ErrorCode.MODEL_UNAVAILABLE, message);
  }

  @Override
  public void close() {
    client.connectionPool().evictAll();
  }
}
