/** The HTTP API: health, metrics, the dashboard, commands and dead letters. */
@NullMarked
package dev.explanations.worker.api;

import org.jspecify.annotations.NullMarked;
