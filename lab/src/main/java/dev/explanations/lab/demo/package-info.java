/** The demo: all parts in one process, seen from a user's side. */
@NullMarked
package dev.explanations.lab.demo;

import org.jspecify.annotations.NullMarked;
