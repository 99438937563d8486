/**
 * Redis, the second tier of the cache, which may be away, slow or shared with others. The first
 * tier is {@code task.LocalCache}.
 */
@NullMarked
package dev.explanations.worker.cache;

import org.jspecify.annotations.NullMarked;
