package dev.explanations.worker.store;

import org.jspecify.annotations.Nullable;

/** A record header as the producer sent it. Not to be compared: it holds bytes. */
@SuppressWarnings("ArrayRecordComponent") // headers are bytes; never compared, never a map key
public record Header(String name, byte @Nullable [] value) {}
