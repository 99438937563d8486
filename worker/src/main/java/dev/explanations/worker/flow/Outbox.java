package dev.explanations.worker.flow;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Forwards records with the present time: at once, or within {@link #whole} all or none. Used by
 * the stream thread only.
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

  /** Outlet that forwards at once, also within {@link #whole}. */
  public Outlet atOnce() {
    return (key, value, headers, sink) ->
        forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
  }

  /** Runs a step and forwards its records at its end; none if it throws. Not to be nested. */
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

  /**
   * Throws only what {@link Unforeseen#isSurroundings}: some records may have been forwarded, so
   * the input record must not be taken out for a failure here.
   */
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
