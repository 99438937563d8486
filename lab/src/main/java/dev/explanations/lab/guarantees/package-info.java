/** What the worker promises, each as an object that watches from outside and judges. */
@NullMarked
package dev.explanations.lab.guarantees;

import org.jspecify.annotations.NullMarked;
