/** What the simulator does with a call, and when: behaviours, quotas, timelines. */
@NullMarked
package dev.explanations.lab.simulator.script;

import org.jspecify.annotations.NullMarked;
