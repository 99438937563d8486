package dev.explanations.worker.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a store's entries.
 *
 * @param next key at which the next page begins, to be passed as {@code from}; {@code null} after
 *     the last page
 */
public record Page<T>(List<T> entries, @Nullable String next) {}
