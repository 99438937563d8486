/** Fills the caches before anybody asks. */
@NullMarked
package dev.explanations.lab.warm;

import org.jspecify.annotations.NullMarked;
