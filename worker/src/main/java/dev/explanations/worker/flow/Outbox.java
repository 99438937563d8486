package dev.explanations.worker.flow;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards at once, with the wall clock's time; or, what one step sends, whole or not at all. Used
 * by one stream thread.
 */
public final class Outbox implements Outlet {

  private final ProcessorContext<byte[], byte[]> context;
  private final List<Held> held = new ArrayList<>();
  private boolean holds;

  private record Held(Record<byte[], byte[]> record, String sink) {}

  public Outbox(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers, String sink) {
    Record<byte[], byte[]> record =
        new Record<>(key, value, context.currentSystemTimeMs(), headers);
    if (holds) {
      held.add(new Held(record, sink));
    } else {
      forward(record, sink);
    }
  }

  /** Forwards at once, also in the midst of a step. */
  public Outlet atOnce() {
    return (key, value, headers, sink) ->
        forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
  }

  /** Forwards a step's records when it has ended; none if it throws. Never nested. */
  public void whole(Runnable step) {
    holds = true;
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      held.clear();
      throw e;
    } finally {
      holds = false;
    }
    List<Held> all = List.copyOf(held);
    held.clear();
    all.forEach(each -> forward(each.record(), each.sink()));
  }

  /** A failure here is not the record's fault, and some records may be on their way already. */
  private void forward(Record<byte[], byte[]> record, String sink) {
    try {
      context.forward(record, sink);
    } catch (StreamsException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      throw Unforeseen.isSurroundings(e)
          ? Unforeseen.asException(e)
          : new StreamsException("cannot be forwarded to " + sink, e);
    }
  }
}
