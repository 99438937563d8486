/** The HTTP server for people and probes: health, readiness, the topology, control. */
@NullMarked
package dev.explanations.worker.ops;

import org.jspecify.annotations.NullMarked;
