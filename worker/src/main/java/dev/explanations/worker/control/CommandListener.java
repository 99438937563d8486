package dev.explanations.worker.control;

import dev.explanations.worker.contract.peer.Command;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Carries out commands in this worker. */
@FunctionalInterface
public interface CommandListener {

  /**
   * Called on the control topic's thread, in the order of the topic, after {@link
   * ControlTopic#state} has changed; never blocks. Of several commands that wait on the topic for
   * one subject only the last need come, so what has happened already is no reason to fail.
   *
   * @param replayed the command was given before this worker started; those that only undo others
   *     are left out then
   * @return completed when the command is in force. This worker counts as missing until then. One
   *     that fails is a defect: it is logged, and the worker stays missing from this and every
   *     later command's receipt until it is started again
   */
  CompletionStage<@Nullable Void> apply(Command command, long offset, boolean replayed);
}
