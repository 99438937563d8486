/** The stream: intake, then one processor that answers, calls, waits, retries and gives up. */
@NullMarked
package dev.explanations.worker.topology;

import org.jspecify.annotations.NullMarked;
