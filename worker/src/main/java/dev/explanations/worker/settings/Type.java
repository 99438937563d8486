package dev.explanations.worker.settings;

import java.util.function.Function;

/**
 * How the text of a setting becomes a value.
 *
 * @param allowed what is allowed, in words that follow "must be"
 * @param parser refuses a text by throwing {@link IllegalArgumentException}; its message is not
 *     shown
 */
record Type<T>(String allowed, Function<String, T> parser) {}
