/** What a scenario runs on: broker, simulator, workers of this or another build, their figures. */
@NullMarked
package dev.explanations.lab.bench.rig;

import org.jspecify.annotations.NullMarked;
