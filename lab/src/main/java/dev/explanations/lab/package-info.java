/**
 * The lab's commands: broker, simulator, submit and redrive; those with more to them have packages.
 */
@NullMarked
package dev.explanations.lab;

import org.jspecify.annotations.NullMarked;
