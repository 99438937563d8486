/** A Kafka broker inside this process, for tests, benchmarks and the demo. */
@NullMarked
package dev.explanations.lab.broker;

import org.jspecify.annotations.NullMarked;
