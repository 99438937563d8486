/** Small tools for loopback: free ports, the worker's readiness, and a proxy that fails. */
@NullMarked
package dev.explanations.lab.net;

import org.jspecify.annotations.NullMarked;
