/** The worker's figures: what is counted, what is read when asked, and how both are told. */
@NullMarked
package dev.explanations.worker.metrics;

import org.jspecify.annotations.NullMarked;
