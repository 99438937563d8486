/** The contracts on the topics: JSON, its schemas, and header names. */
@NullMarked
package dev.explanations.worker.contract;

import org.jspecify.annotations.NullMarked;
