package dev.explanations.worker.ops;

import dev.explanations.worker.contract.Command;
import dev.explanations.worker.control.CommandResult;
import dev.explanations.worker.control.CommandResult.NotPublished;
import dev.explanations.worker.control.CommandResult.Receipt;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives commands to every worker of the application, and answers which have applied them. */
final class Commands {

  private final Function<Command, CommandResult> control;

  /**
   * @param control takes five seconds at most
   */
  Commands(Function<Command, CommandResult> control) {
    this.control = control;
  }

  /**
   * Answers with 200, also when workers are missing: they will apply it when they can.
   *
   * @throws Problem 503 if the command could not be given
   */
  void give(Context context, Command command, String message) {
    give(context, command, message, LinkedHashMap::new);
  }

  /**
   * As above.
   *
   * @param more fields of the answer, asked for when the command has been applied
   */
  void give(
      Context context,
      Command command,
      String message,
      Supplier<Map<String, @Nullable Object>> more) {
    switch (control.apply(command)) {
      case NotPublished(String reason) ->
          throw new Problem(503, "The command was not given: %s.".formatted(reason));
      case Receipt receipt -> {
        Fields body = Fields.of("message", message);
        body.putAll(more.get());
        body.put("applied", receipt.applied());
        body.put("missing", receipt.missing());
        Json.respond(context, 200, body);
      }
    }
  }
}
