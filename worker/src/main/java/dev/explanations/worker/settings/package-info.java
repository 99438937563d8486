/** Every setting: its name, default, unit and validation. */
@NullMarked
package dev.explanations.worker.settings;

import org.jspecify.annotations.NullMarked;
