/** The worker process: settings in, an exit code out. */
@NullMarked
package dev.explanations.worker;

import org.jspecify.annotations.NullMarked;
