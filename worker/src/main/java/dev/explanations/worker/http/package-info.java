/** Common to all HTTP endpoints: access, pace, JSON and problems. */
@NullMarked
package dev.explanations.worker.http;

import org.jspecify.annotations.NullMarked;
