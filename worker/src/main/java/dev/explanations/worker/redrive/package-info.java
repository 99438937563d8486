/** Jobs that send dead letters back to the request topic, each letter once. */
@NullMarked
package dev.explanations.worker.redrive;

import org.jspecify.annotations.NullMarked;
