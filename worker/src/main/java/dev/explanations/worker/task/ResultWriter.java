package dev.explanations.worker.task;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.Explanation;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.ExplanationResult;
import dev.explanations.worker.explanation.ExplanationResult.Status;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.Prompt;
import dev.explanations.worker.explanation.Source;
import dev.explanations.worker.flow.Emitter;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.PendingRequest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records that end a request, or send it to the retry topic. A warm-up request gets no
 * result and no dead letter: it was sent to fill the caches. Results of invalid requests are made
 * by {@link Emitter#rejected}. Used by the stream thread only.
 */
final class ResultWriter {

  private final RequestDecoder decoder;
  private final Prompts prompts;
  private final Emitter emit;

  ResultWriter(RequestDecoder decoder, Prompts prompts, Emitter emit) {
    this.decoder = decoder;
    this.prompts = prompts;
    this.emit = emit;
  }

  ExplanationRequest read(PendingRequest request) {
    if (request.decoded() != null) {
      return request.decoded();
    }
    Headers headers = WorkerHeaders.fromStore(request.headers());
    String contentType = WorkerHeaders.text(headers, CloudEvents.CONTENT_TYPE);
    return decoder.read(request.key(), request.value(), contentType);
  }

  FoldedHashes hashes(PendingRequest request) {
    return FoldedHashes.of(read(request));
  }

  /**
   * Cache key with this worker's model and one of its prompts. An earlier owner of the partition,
   * which wrote the request to the store, may have had others.
   */
  String ownKey(PendingRequest request) {
    return request.decoded() == null
        ? prompts.ownKey(read(request), request.cacheKey())
        : request.cacheKey();
  }

  Prompt prompt(PendingRequest request) {
    return prompts.of(read(request), request.cacheKey());
  }

  /**
   * @param attempts counted attempts, the successful one included; throttled calls are not counted
   */
  void explained(
      PendingRequest request, Explanation explanation, Source source, int attempts, Instant now) {
    Headers headers = WorkerHeaders.fromStore(request.headers());
    if (WorkerHeaders.isWarmUp(headers)) {
      return;
    }
    ExplanationResult result =
        ExplanationResult.explained(
            read(request), explanation, source, request.cost(), attempts, request.firstSeen(), now);
    if (!emit.tryResult(result, headers)) {
      String detail = "the results topic does not take a record that large";
      givenUp(request, Status.UNAVAILABLE, ErrorCode.RESULT_TOO_LARGE, detail, attempts, now);
    }
  }

  /** Ends a request without an explanation: a result, and a dead letter that can be redriven. */
  void givenUp(
      PendingRequest request,
      Status status,
      ErrorCode error,
      @Nullable String detail,
      int attempts,
      Instant now) {
    Headers headers = WorkerHeaders.fromStore(request.headers());
    if (WorkerHeaders.isWarmUp(headers)) {
      return;
    }
    emit.result(
        ExplanationResult.failed(
            read(request),
            status,
            error,
            detail,
            request.cost(),
            attempts,
            request.firstSeen(),
            now),
        Emitter.copy(headers));
    WorkerHeaders.set(headers, HeaderNames.ATTEMPT, attempts);
    WorkerHeaders.set(headers, HeaderNames.FIRST_SEEN, request.firstSeen().toEpochMilli());
    emit.deadLetter(request.key(), request.value(), headers, request.origin(), error, detail, null);
  }

  /** Sends a request outside the pending store to the retry topic, which is read at once. */
  void retried(PendingRequest request, ErrorCode reason) {
    Headers headers = WorkerHeaders.fromStore(request.headers());
    WorkerHeaders.set(headers, HeaderNames.ORIGIN, request.origin().text());
    WorkerHeaders.set(headers, HeaderNames.FIRST_SEEN, request.firstSeen().toEpochMilli());
    WorkerHeaders.set(headers, HeaderNames.ATTEMPT, request.attempts());
    WorkerHeaders.set(headers, HeaderNames.NOT_BEFORE, request.due().toEpochMilli());
    WorkerHeaders.set(headers, HeaderNames.ERROR, reason.wireName());
    if (request.key() != null) {
      headers.add(HeaderNames.KEY, request.key());
    }
    String question = FoldedHashes.ofQuestion(read(request));
    emit.retry(question.getBytes(StandardCharsets.UTF_8), request.value(), headers, reason);
  }
}
