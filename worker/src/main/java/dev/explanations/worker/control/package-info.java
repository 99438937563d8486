/** Commands for every worker of the application, through the control topic. */
@NullMarked
package dev.explanations.worker.control;

import org.jspecify.annotations.NullMarked;
