/** The second tier of the cache, shared beyond one application. */
@NullMarked
package dev.explanations.worker.cache;

import org.jspecify.annotations.NullMarked;
