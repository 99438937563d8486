/** Small tools for loopback: free ports, and the worker's readiness. */
@NullMarked
package dev.explanations.lab.net;

import org.jspecify.annotations.NullMarked;
