package dev.explanations.worker;

import dev.explanations.worker.contract.Command;
import dev.explanations.worker.contract.Command.ClearCache;
import dev.explanations.worker.contract.Command.HoldBreakerOpen;
import dev.explanations.worker.contract.Command.InvalidateCache;
import dev.explanations.worker.contract.Command.Pause;
import dev.explanations.worker.contract.Command.ResetBreaker;
import dev.explanations.worker.contract.Command.Resume;
import dev.explanations.worker.control.CommandListener;
import dev.explanations.worker.dispatch.CallDispatcher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does in this worker what commands ask for. What is void in the cache follows from the control
 * topic's state, which everybody asks who looks into the cache.
 */
final class WorkerCommands implements CommandListener {

  private static final CompletionStage<@Nullable Void> DONE =
      CompletableFuture.completedFuture(null);

  private final CallDispatcher calls;
  private final Supplier<CompletionStage<@Nullable Void>> committed;

  /**
   * @param committed completed when all is committed that stream threads have begun to do before
   */
  WorkerCommands(CallDispatcher calls, Supplier<CompletionStage<@Nullable Void>> committed) {
    this.calls = calls;
    this.committed = committed;
  }

  @Override
  public CompletionStage<@Nullable Void> apply(Command command, long offset, boolean replayed) {
    return switch (command) {
      case ClearCache _, InvalidateCache _ -> cacheChanged(replayed);
      case HoldBreakerOpen(String breaker) -> done(() -> calls.holdBreakerOpen(breaker));
      case ResetBreaker(String breaker) -> done(() -> calls.resetBreaker(breaker));
      case Pause() -> done(() -> calls.pause(true));
      case Resume() -> done(() -> calls.pause(false));
    };
  }

  /** Until the next commit results may become visible that were taken from the cache before. */
  private CompletionStage<@Nullable Void> cacheChanged(boolean replayed) {
    // what is void now is to be deleted
    calls.wake();
    return replayed ? DONE : committed.get();
  }

  private static CompletionStage<@Nullable Void> done(Runnable action) {
    action.run();
    return DONE;
  }
}
