package dev.explanations.worker.topology;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Where records leave a processor. */
@FunctionalInterface
interface Outlet {

  void send(byte @Nullable [] key, byte @Nullable [] value, Headers headers, String sink);
}
