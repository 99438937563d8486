/**
 * Tests of the promises. Not null-marked, unlike the main code of the same name: these tests tell
 * of records without value.
 */
@NullUnmarked
package dev.explanations.lab.guarantees.promise;

import org.jspecify.annotations.NullUnmarked;
