/** The topics that the flow needs: their plan, creation and check at the start. */
@NullMarked
package dev.explanations.worker.topics;

import org.jspecify.annotations.NullMarked;
