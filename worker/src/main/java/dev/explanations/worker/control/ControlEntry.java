package dev.explanations.worker.control;

import dev.explanations.worker.contract.ControlRecord;
import java.time.Instant;

/**
 * A record of the control topic.
 *
 * @param writtenAt by the broker's clock where the worker created the topic, else by the writer's
 */
record ControlEntry(ControlRecord record, long offset, Instant writtenAt) {}
