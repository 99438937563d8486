package dev.explanations.worker.flow;

import dev.explanations.worker.contract.HeaderNames;
import dev.explanations.worker.contract.request.CloudEvents;
import dev.explanations.worker.explanation.ErrorCode;
import dev.explanations.worker.explanation.RequestFields;
import dev.explanations.worker.records.Arrival;
import dev.explanations.worker.records.Sinks;
import dev.explanations.worker.records.WorkerHeaders;
import dev.explanations.worker.store.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reports a request over which the worker itself failed: a dead letter and, if an id can be read, a
 * {@code rejected} result. The failure's cause is somewhere in the request, so what fails again is
 * left out: first the headers, then key and value. Thread-safe.
 */
public record LastResort(FlowParts parts, Sinks sinks) {

  private static final ErrorCode CODE = ErrorCode.INTERNAL_ERROR;

  /** Sends the report; the record has the present time as its timestamp. */
  public void tell(Record<byte[], byte[]> record, Origin origin, String detail, Outlet out) {
    Record<byte[], byte[]> bare = record.withHeaders(new RecordHeaders());
    if (!tried(out, o -> reject(record, origin, detail, o))
        && !tried(out, o -> reject(bare, origin, detail, o))) {
      Headers least = new RecordHeaders();
      WorkerHeaders.set(least, HeaderNames.ORIGIN, origin.text());
      WorkerHeaders.set(least, HeaderNames.REASON, CODE.wireName());
      WorkerHeaders.set(least, HeaderNames.ERROR, detail);
      int size = record.value() == null ? 0 : record.value().length;
      WorkerHeaders.set(least, HeaderNames.TRUNCATED, size);
      out.send(null, null, least, sinks.deadLetters());
    }
  }

  private void reject(Record<byte[], byte[]> record, Origin origin, String detail, Outlet out) {
    Emitter emit =
        new Emitter(out, sinks, RequestTraces.OFF, parts.settings().limits(), parts.listener());
    Arrival arrival = Arrival.of(record);
    Instant now = Instant.ofEpochMilli(record.timestamp());
    emit.rejected(arrival, origin, now, CODE, detail, id(arrival), RequestFields.NONE);
  }

  private @Nullable String id(Arrival arrival) {
    try {
      String contentType = WorkerHeaders.text(arrival.headers(), CloudEvents.CONTENT_TYPE);
      return parts.decoder().requestId(arrival.key(), arrival.value(), contentType);
    } catch (RuntimeException | StackOverflowError e) {
      return null;
    }
  }

  /** Runs an attempt; sends its records only if it does not throw. */
  private static boolean tried(Outlet out, Consumer<Outlet> attempt) {
    List<Runnable> sent = new ArrayList<>();
    try {
      attempt.accept((key, value, its, sink) -> sent.add(() -> out.send(key, value, its, sink)));
    } catch (RuntimeException | StackOverflowError e) {
      return false;
    }
    sent.forEach(Runnable::run);
    return true;
  }
}
