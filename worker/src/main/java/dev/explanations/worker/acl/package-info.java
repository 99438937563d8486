/** What each client of the cluster must be allowed, and words for what is refused. */
@NullMarked
package dev.explanations.worker.acl;

import org.jspecify.annotations.NullMarked;
