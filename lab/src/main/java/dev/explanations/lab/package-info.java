/**
 * The lab's commands: broker, simulator, submit and redrive; those with more to them have packages.
 * And the archive of classes, with which the integration tests start workers.
 */
@NullMarked
package dev.explanations.lab;

import org.jspecify.annotations.NullMarked;
