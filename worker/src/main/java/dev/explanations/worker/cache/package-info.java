/** The second tier of the cache: Redis, which may be away, slow or shared with others. */
@NullMarked
package dev.explanations.worker.cache;

import org.jspecify.annotations.NullMarked;
