/** The lab's commands: broker, simulator and submit; those with more to them have packages. */
@NullMarked
package dev.explanations.lab;

import org.jspecify.annotations.NullMarked;
