/** Parts that all processors of a worker share: sending records, traces, counts, alarms. */
@NullMarked
package dev.explanations.worker.flow;

import org.jspecify.annotations.NullMarked;
