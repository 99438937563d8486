/** A Redis to share explanations through, and to take away. */
@NullMarked
package dev.explanations.lab.redis;

import org.jspecify.annotations.NullMarked;
