/** Makes records that are damaged, oversized, or no requests at all. */
@NullMarked
package dev.explanations.lab.submit.hostile;

import org.jspecify.annotations.NullMarked;
