/** Certificates for brokers, Redis and clients of a trial or a test. */
@NullMarked
package dev.explanations.lab.certificates;

import org.jspecify.annotations.NullMarked;
