/** Load on a worker, and what came of it: requests asked, phases, rates, latencies. */
@NullMarked
package dev.explanations.lab.bench.load;

import org.jspecify.annotations.NullMarked;
