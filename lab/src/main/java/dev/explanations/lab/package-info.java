/** The lab's commands: broker, simulator, submit and demo. */
@NullMarked
package dev.explanations.lab;

import org.jspecify.annotations.NullMarked;
