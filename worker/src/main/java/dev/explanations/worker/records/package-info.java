/** Kafka records as the processors read and write them: headers, sizes, what is cut off. */
@NullMarked
package dev.explanations.worker.records;

import org.jspecify.annotations.NullMarked;
