/** Ports that are free to listen on. */
@NullMarked
package dev.explanations.lab.net;

import org.jspecify.annotations.NullMarked;
