/** The stream on one screen: intake and the processor that explains, between the topics. */
@NullMarked
package dev.explanations.worker.topology;

import org.jspecify.annotations.NullMarked;
