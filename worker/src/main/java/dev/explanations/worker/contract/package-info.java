/** Header names, results, and what all JSON of the topics has in common. */
@NullMarked
package dev.explanations.worker.contract;

import org.jspecify.annotations.NullMarked;
