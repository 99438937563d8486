package dev.explanations.worker.topology;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.contract.request.Decoded;
import dev.explanations.worker.contract.request.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.FoldedHashes;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.flow.Emitter;
import dev.explanations.worker.flow.Faults;
import dev.explanations.worker.flow.FlowParts;
import dev.explanations.worker.flow.LastResort;
import dev.explanations.worker.flow.Outbox;
import dev.explanations.worker.flow.Unforeseen;
import dev.explanations.worker.records.Arrival;
import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.records.Sizes;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Measures, decodes and validates requests. Valid ones are keyed by the hash of their question, so
 * that all requests for one explanation meet in one task, whatever its model. Has no state stores.
 * Used by the stream thread only.
 */
public final class IntakeProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  private final FlowParts parts;
  private final LastResort lastResort;
  private @Nullable ProcessorContext<byte[], byte[]> context;

  public IntakeProcessor(FlowParts parts) {
    this.parts = parts;
    this.lastResort = new LastResort(parts, Sinks.INTAKE);
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) { // its key and value may be null
    ProcessorContext<byte[], byte[]> context = this.context;
    if (context == null) {
      throw new IllegalStateException("BUG: process before init");
    }
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    Origin origin = new Origin(metadata.topic(), metadata.partition(), metadata.offset());
    MDC.put("origin", origin.text());
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    Outbox outbox = new Outbox(context);
    try {
      outbox.whole(() -> process(outbox, record, origin, now));
    } catch (RuntimeException | Error e) {
      throw failure(record, origin, now, e);
    }
    parts.commits().handled(context);
    // left there by a failure: the log lines of the thread's end then name the record
    MDC.remove("origin");
  }

  /** Exception for the {@link UnforeseenHandler}. Nothing has been forwarded of the record. */
  private RuntimeException failure(
      Record<byte[], byte[]> record, Origin origin, Instant now, Throwable failure) {
    if (Unforeseen.isSurroundings(failure)) {
      return Unforeseen.asException(failure);
    }
    parts.faults().note(Faults.Kind.INTAKE_FAILED, origin.text(), failure);
    long time = now.toEpochMilli();
    List<ProducerRecord<byte[], byte[]>> instead = new ArrayList<>();
    lastResort.tell(
        record.withTimestamp(time),
        origin,
        "the worker failed over it: " + failure.getClass().getSimpleName(),
        (key, value, its, sink) ->
            instead.add(new ProducerRecord<>(topicOf(sink), null, time, key, value, its)));
    return new UnforeseenHandler.IntakeFailure(origin.text(), instead, failure);
  }

  private String topicOf(String sink) {
    FlowTopics topics = parts.topics();
    return sink.equals(Sinks.INTAKE.results()) ? topics.results() : topics.deadLetters();
  }

  private void process(Outbox outbox, Record<byte[], byte[]> record, Origin origin, Instant now) {
    Emitter emit =
        new Emitter(
            outbox, Sinks.INTAKE, parts.traces(), parts.settings().limits(), parts.listener());
    RequestDecoder decoder = parts.decoder();
    parts.listener().received();
    Arrival arrival = Arrival.of(record);
    String contentType = WorkerHeaders.text(arrival.headers(), CloudEvents.CONTENT_TYPE);
    String tooLarge = tooLarge(arrival);
    if (tooLarge != null) {
      // not decoded, since it may be of any size; only its id is looked for
      String id = decoder.requestId(record.key(), record.value(), contentType);
      emit.rejected(
          arrival, origin, now, ErrorCode.REQUEST_TOO_LARGE, tooLarge, id, RequestFields.NONE);
      return;
    }
    switch (decoder.decode(record.key(), record.value(), contentType)) {
      case Decoded.Invalid(ErrorCode code, String detail, String id, RequestFields fields) ->
          emit.rejected(arrival, origin, now, code, detail, id, fields);
      case Decoded.Valid(ExplanationRequest request) -> {
        String question = FoldedHashes.ofQuestion(request);
        Headers headers = Emitter.copy(arrival.headers());
        parts.traces().takenIn(headers, origin, now, null);
        WorkerHeaders.set(headers, HeaderNames.ORIGIN, origin.text());
        WorkerHeaders.set(headers, HeaderNames.FIRST_SEEN, now.toEpochMilli());
        if (record.key() != null) {
          headers.add(HeaderNames.KEY, record.key());
        }
        emit.accepted(question.getBytes(StandardCharsets.UTF_8), record.value(), headers);
      }
    }
  }

  private @Nullable String tooLarge(Arrival arrival) {
    int maxBytes = parts.settings().requests().maxBytes();
    return arrival.hasTooManyHeaders()
        ? "%d headers, allowed are %d".formatted(arrival.headerCount(), Sizes.MAX_HEADERS)
        : arrival.size() > maxBytes
            ? "%d bytes, allowed are %d".formatted(arrival.size(), maxBytes)
            : null;
  }
}
