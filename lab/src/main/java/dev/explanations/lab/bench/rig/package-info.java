/** What a scenario runs on: broker, simulator, workers, and their figures. */
@NullMarked
package dev.explanations.lab.bench.rig;

import org.jspecify.annotations.NullMarked;
