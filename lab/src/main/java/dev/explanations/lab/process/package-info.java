/** The worker in a process of its own, so that it can be killed. */
@NullMarked
package dev.explanations.lab.process;

import org.jspecify.annotations.NullMarked;
