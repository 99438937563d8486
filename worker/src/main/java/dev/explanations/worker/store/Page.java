package dev.explanations.worker.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some entries of a store.
 *
 * @param next where to go on; {@code null} behind the last
 */
public record Page<T>(List<T> entries, @Nullable String next) {}
