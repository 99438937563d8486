package dev.explanations.worker.gemini.client;

import com.google.auth.oauth2.GoogleCredentials;
import com.google.genai.Client;
import com.google.genai.types.Content;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.Part;
import com.google.genai.types.ThinkingConfig;
import dev.explanations.worker.explanation.Outcome;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Thinking;
import dev.explanations.worker.gemini.CallDetails;
import dev.explanations.worker.gemini.ModelClient;
import dev.explanations.worker.gemini.answer.AnswerBody;
import dev.explanations.worker.gemini.answer.AnswerReader;
import dev.explanations.worker.gemini.answer.GeminiAnswers;
import dev.explanations.worker.gemini.answer.GeminiErrors;
import dev.explanations.worker.gemini.answer.Redaction;
import dev.explanations.worker.gemini.client.GeminiClients.CredentialsSource;
import dev.explanations.worker.gemini.client.SingleAttempt.Exchange;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.Settings.Credentials;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gemini through the google-genai SDK, blocking on the caller's virtual thread: the SDK's
 * asynchronous calls hold a platform thread each. One instance per model serves all threads.
 */
public final class GeminiModel implements ModelClient {

  private static final String CANNED =
      """
      {"candidates": [{"content": {"parts": [{"text": "ready"}], "role": "model"},
        "finishReason": "STOP", "index": 0}],
       "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2},
       "modelVersion": "canned"}\
      """;

  /** English has 1.3, scripts that a model has seen little of have up to 8. */
  private static final int TOKENS_PER_WORD = 10;

  /**
   * Thoughts count as output, so a limit near the wanted length would buy answers that are cut off.
   * With 300 words this makes 8,000: some models allow 8,192 and refuse a request for more.
   */
  private static final int TOKENS_FOR_THOUGHTS = 5_000;

  private final CallDetails.Provider provider;
  private final String model;
  private final @Nullable Integer maxOutputTokens;
  private final Client client;
  private final GeminiErrors errors;
  private final GeminiAnswers answers;

  GeminiModel(Settings.Gemini settings, String model, CredentialsSource source) {
    this.provider =
        settings.credentials() instanceof Credentials.VertexAi
            ? CallDetails.Provider.VERTEX_AI
            : CallDetails.Provider.DEVELOPER_API;
    this.model = model;
    this.maxOutputTokens = settings.maxOutputTokens();
    this.client = GeminiClients.create(settings, source);
    Redaction redaction = new Redaction(GeminiClients.secrets(settings));
    this.errors = new GeminiErrors(redaction, InstantSource.system());
    this.answers = new GeminiAnswers(errors, model);
  }

  /**
   * Builds the client; makes no call to Gemini.
   *
   * @throws RuntimeException if the SDK refuses the credentials' form, or finds no application
   *     default credentials
   */
  public static GeminiModel create(Settings.Gemini settings, String model) {
    return new GeminiModel(settings, model, GoogleCredentials::getApplicationDefault);
  }

  /** Reads a canned answer: a real call costs money. */
  @Override
  public void warmUp() {
    GenerateContentResponse.fromJson(CANNED);
    try {
      answers.read(AnswerReader.read(new StringReader(CANNED)), "");
    } catch (IOException e) {
      throw new UncheckedIOException("from a string", e);
    }
  }

  @Override
  public Outcome explain(Prompt prompt, Consumer<CallDetails> watcher) {
    Exchange exchange = new Exchange();
    Outcome outcome = explain(prompt, exchange);
    AnswerBody answer = exchange.answer;
    watcher.accept(
        new CallDetails(
            provider,
            model,
            exchange.server,
            exchange.sent,
            exchange.httpStatus,
            answer == null ? null : GeminiAnswers.details(answer)));
    return outcome;
  }

  private Outcome explain(Prompt prompt, Exchange exchange) {
    if (Thread.currentThread().isInterrupted()) {
      return errors.unavailable("interrupted before the call");
    }
    try {
      ScopedValue.where(SingleAttempt.EXCHANGE, exchange)
          .run(() -> client.models.generateContent(model, prompt.userText(), config(prompt)));
      return answers.read(Objects.requireNonNull(exchange.answer), prompt.version());
    } catch (RuntimeException e) {
      // the SDK throws more than its own types; nothing here clears the interrupt flag
      return Thread.currentThread().isInterrupted()
          ? errors.unavailable("interrupted")
          : errors.of(e);
    }
  }

  /** No temperature: current models refuse or ignore it. */
  private GenerateContentConfig config(Prompt prompt) {
    GenerateContentConfig.Builder config =
        GenerateContentConfig.builder()
            .systemInstruction(Content.fromParts(Part.fromText(prompt.systemInstruction())));
    int limit = maxOutputTokens(prompt.limits());
    if (limit > 0) {
      config.maxOutputTokens(limit);
    }
    switch (prompt.limits().thinking()) {
      case null -> {}
      case Thinking.Level level ->
          config.thinkingConfig(ThinkingConfig.builder().thinkingLevel(level.name()).build());
      case Thinking.Budget(int tokens) ->
          config.thinkingConfig(ThinkingConfig.builder().thinkingBudget(tokens).build());
    }
    return config.build();
  }

  private int maxOutputTokens(Prompt.Limits limits) {
    if (limits.maxOutputTokens() != null) {
      return limits.maxOutputTokens();
    }
    return maxOutputTokens == null
        ? limits.maxWords() * TOKENS_PER_WORD + TOKENS_FOR_THOUGHTS
        : maxOutputTokens;
  }

  @Override
  public void close() {
    client.close();
  }
}
