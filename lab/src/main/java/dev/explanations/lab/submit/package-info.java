/** Publishes requests, follows their results, and tells what was lost or doubled. */
@NullMarked
package dev.explanations.lab.submit;

import org.jspecify.annotations.NullMarked;
