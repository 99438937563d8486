/** Money that the application has spent, and its limits. */
@org.jspecify.annotations.NullMarked
package dev.explanations.worker.spending;
