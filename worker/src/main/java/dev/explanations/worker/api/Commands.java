package dev.explanations.worker.api;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.control.CommandResult.Receipt;
import dev.explanations.worker.health.Fields;
import dev.explanations.worker.http.JsonBodies;
import dev.explanations.worker.http.Problem;
import io.javalin.http.Context;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Gives commands to every worker. Thread-safe.
 *
 * @param control gives a command to every worker; takes five seconds at most
 */
record Commands(Function<Command, CommandResult> control) {

  void give(Context context, Command command, String message) {
    give(context, command, message, Fields::new);
  }

  /**
   * Gives the command and answers 200, also when workers are missing: they apply it once they can.
   *
   * @param more fields of the answer, read after the command has been applied
   * @throws Problem 503 if the command could not be given
   */
  void give(Context context, Command command, String message, Supplier<Fields> more) {
    switch (control.apply(command)) {
      case NotPublished(String reason) ->
          throw new Problem(503, "The command was not given: %s.".formatted(reason));
      case Receipt receipt -> {
        Fields body = Fields.of("message", message);
        body.putAll(more.get());
        body.put("applied", receipt.applied());
        body.put("missing", receipt.missing());
        JsonBodies.respond(context, body);
      }
    }
  }
}
