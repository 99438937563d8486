/** Kafka brokers: one inside this process, or three as processes, with faults. */
@NullMarked
package dev.explanations.lab.broker;

import org.jspecify.annotations.NullMarked;
