package dev.explanations.worker.flow;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Sends records to a processor's sinks. */
@FunctionalInterface
public interface Outlet {

  void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers, String sink);
}
