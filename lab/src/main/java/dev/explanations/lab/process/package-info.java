/** Processes of their own, the worker above all, so that they can be killed, and their network. */
@NullMarked
package dev.explanations.lab.process;

import org.jspecify.annotations.NullMarked;
