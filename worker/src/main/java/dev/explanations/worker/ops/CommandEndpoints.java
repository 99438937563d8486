package dev.explanations.worker.ops;

import dev.explanations.worker.contract.Command;
import dev.explanations.worker.contract.TargetReader;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** The cache and the workers, to command over HTTP. */
final class CommandEndpoints {

  private final Commands commands;
  private final TargetReader targets;

  CommandEndpoints(Commands commands, TargetReader targets) {
    this.commands = commands;
    this.targets = targets;
  }

  void addTo(RoutesConfig routes) {
    routes.post("/api/cache/clear", this::clear);
    routes.post("/api/cache/invalidate", this::invalidate);
    routes.post("/api/worker/pause", this::pause);
    routes.post("/api/worker/resume", this::resume);
  }

  private void clear(Context context) {
    commands.give(context, new Command.ClearCache(), "Cache cleared");
  }

  private void invalidate(Context context) {
    Command.Target target;
    try {
      target = targets.read(context.bodyAsBytes());
    } catch (IllegalArgumentException e) {
      throw new Problem(400, String.valueOf(e.getMessage()));
    }
    String what =
        switch (target.kind()) {
          case TOPIC -> "All explanations of the topic invalidated";
          case EXPLANATION -> "Explanation invalidated";
        };
    commands.give(context, new Command.InvalidateCache(target), what);
  }

  private void pause(Context context) {
    commands.give(context, new Command.Pause(), "Paused: no calls are made until resumed");
  }

  private void resume(Context context) {
    commands.give(context, new Command.Resume(), "Resumed");
  }
}
