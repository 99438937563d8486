package dev.explanations.worker.api;

import dev.explanations.worker.contract.peer.Command;
import dev.explanations.worker.control.CommandResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Keeps the commands that are given; those to breakers take effect. */
final class MemoryControl implements Function<Command, CommandResult> {

  static final CommandResult RECEIPT =
      new CommandResult.Receipt(7, List.of("w1", "w2"), List.of("w3"));

  final List<Command> given = new CopyOnWriteArrayList<>();
  volatile CommandResult result = RECEIPT;
  private final MemoryBreakers breakers;

  MemoryControl(MemoryBreakers breakers) {
    this.breakers = breakers;
  }

  @Override
  public CommandResult apply(Command command) {
    if (result instanceof CommandResult.Receipt) {
      given.add(command);
      switch (command) {
        case Command.HoldBreakerOpen(String name) -> breakers.open(name);
        case Command.ResetBreaker(String name) -> breakers.reset(name);
        default -> {}
      }
    }
    return result;
  }
}
