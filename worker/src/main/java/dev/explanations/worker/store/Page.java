package dev.explanations.worker.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a store's entries.
 *
 * @param next key at which the next page begins; {@code null} after the last
 */
public record Page<T>(List<T> entries, @Nullable String next) {}
