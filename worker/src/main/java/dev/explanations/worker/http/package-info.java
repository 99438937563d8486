/** What every HTTP endpoint has in common: who may call, how fast, JSON and problems. */
@NullMarked
package dev.explanations.worker.http;

import org.jspecify.annotations.NullMarked;
