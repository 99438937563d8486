/** Random faults under load, repeatable from a seed, judged by all guarantees. */
@NullMarked
package dev.explanations.lab.soak;

import org.jspecify.annotations.NullMarked;
