package dev.explanations.worker.flow;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Where records leave a processor. */
@FunctionalInterface
public interface Outlet {

  void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers, String sink);
}
