package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command;
import java.time.Instant;

/**
 * A command with its place on the control topic.
 *
 * @param by the worker that was asked
 */
record OrderedCommand(Command command, long offset, Instant at, String by) {}
