package dev.explanations.worker.topology;

import dev.explanations.worker.contract.Decoded;
import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.RequestDecoder;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.ExplanationRequest;
import dev.explanations.worker.explanation.QuestionHash;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.store.Origin;
import dev.explanations.worker.tracing.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Measures, decodes and validates; what passes goes on by the hash of its question, so that all
 * requests for one explanation meet in one task, whichever model it has. Keeps no state.
 */
public final class IntakeProcessor implements Processor<byte[], byte[], byte[], byte[]> {

  private final RequestDecoder decoder;
  private final int maxRequestBytes;
  private final int maxDeadLetterBytes;
  private final FlowListener listener;
  private final RequestTraces traces;
  private @Nullable ProcessorContext<byte[], byte[]> context;

  /**
   * @param maxDeadLetterBytes what the dead-letter topic takes
   */
  public IntakeProcessor(
      RequestDecoder decoder,
      int maxRequestBytes,
      int maxDeadLetterBytes,
      FlowListener listener,
      Tracing tracing) {
    this.decoder = decoder;
    this.maxRequestBytes = maxRequestBytes;
    this.maxDeadLetterBytes = maxDeadLetterBytes;
    this.listener = listener;
    this.traces = new RequestTraces(tracing);
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
    process(context, record, origin);
    // not after a failure: what is logged of the thread's end names the record that it died of
    MDC.remove("origin");
  }

  private void process(
      ProcessorContext<byte[], byte[]> context, Record<byte[], byte[]> record, Origin origin) {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    Emitter emit = new Emitter(context, Sinks.INTAKE, traces, maxDeadLetterBytes, listener);
    listener.received();
    int size = Sizes.of(record.key(), record.value(), record.headers());
    Decoded decoded = decoder.decode(record.key(), record.value());

    if (size > maxRequestBytes) {
      String detail = "%d bytes, allowed are %d".formatted(size, maxRequestBytes);
      ErrorCode code = ErrorCode.REQUEST_TOO_LARGE;
      switch (decoded) {
        case Decoded.Valid(ExplanationRequest request) ->
            emit.refused(
                record, origin, now, code, detail, request.requestId(), RequestFields.of(request));
        case Decoded.Invalid(ErrorCode other, String why, String id, RequestFields fields) ->
            emit.refused(record, origin, now, code, detail, id, fields);
      }
      return;
    }
    switch (decoded) {
      case Decoded.Invalid(ErrorCode code, String detail, String id, RequestFields fields) ->
          emit.refused(record, origin, now, code, detail, id, fields);
      case Decoded.Valid(ExplanationRequest request) -> {
        String question = QuestionHash.of(request).value();
        Headers headers = RecordHeadersText.inbound(record.headers());
        traces.takenIn(headers, origin, now, null);
        RecordHeadersText.set(headers, HeaderNames.ORIGIN, origin.text());
        RecordHeadersText.set(headers, HeaderNames.FIRST_SEEN, now.toEpochMilli());
        if (record.key() != null) {
          headers.add(HeaderNames.KEY, record.key());
        }
        emit.accepted(question.getBytes(StandardCharsets.UTF_8), record.value(), headers);
      }
    }
  }
}
