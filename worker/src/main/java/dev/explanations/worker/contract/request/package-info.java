/** Reads and checks requests in every form that producers send them. */
@NullMarked
package dev.explanations.worker.contract.request;

import org.jspecify.annotations.NullMarked;
