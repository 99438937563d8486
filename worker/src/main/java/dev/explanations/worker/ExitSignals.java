package dev.explanations.worker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns SIGTERM and SIGINT into one orderly stop; a second signal halts the process at once with
 * exit code 1. The JVM's own handling would exit with 143, however well the stop went. Thread-safe.
 */
final class ExitSignals {
  private static final Logger log = LoggerFactory.getLogger(ExitSignals.class);

  private final IntSupplier stop;
  private final Duration limit;
  private final IntConsumer halt;
  private final AtomicInteger signals = new AtomicInteger();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

  /**
   * @param stop stops the worker and returns the exit code; called once
   * @param limit longest time to wait for the stop; after it the exit code is 1
   * @param halt ends the process without further work
   */
  ExitSignals(IntSupplier stop, Duration limit, IntConsumer halt) {
    this.stop = stop;
    this.limit = limit;
    this.halt = halt;
  }

  void install() {
    try {
      handle("TERM");
      handle("INT");
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // with -Xrs, for instance; a signal then ends the process like any JVM
      log.warn("Signals cannot be handled, a stop will not be orderly: {}", e.toString());
    }
  }

  /** Handles a signal. Returns at once; the stop runs on a thread of its own. */
  void signal() {
    if (signals.incrementAndGet() == 1) {
      log.info("Stopping; another signal stops at once");
      Thread.ofPlatform().name("stop").start(() -> stop(0));
    } else {
      halt.accept(1);
    }
  }

  /**
   * Handles the end of the worker. If it ended by itself, stops what is left, and the worse of both
   * codes counts. If a signal had begun to stop it, only that stop's code counts.
   */
  void ended(int code) {
    stop(code);
  }

  boolean stopping() {
    return stopping.get();
  }

  /** Waits until a stop has ended, or its limit has passed. */
  int awaitExitCode() {
    return exitCode.join();
  }

  private void stop(int atLeast) {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    exitCode.completeOnTimeout(1, limit.toMillis(), TimeUnit.MILLISECONDS);
    int stopCode = 1;
    try {
      stopCode = stop.getAsInt();
    } catch (RuntimeException e) {
      log.error("The stop failed", e);
    }
    exitCode.complete(Math.max(stopCode, atLeast));
  }

  /**
   * Calls {@code Signal.handle(new Signal(name), ignored -> signal())} by reflection: javac's
   * warning of sun.misc cannot be suppressed, and warnings are errors here.
   */
  private void handle(String name) throws ReflectiveOperationException {
    Class<?> signalType = Class.forName("sun.misc.Signal");
    Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
    MethodHandle onSignal =
        MethodHandles.lookup().bind(this, "signal", MethodType.methodType(void.class));
    Object handler =
        MethodHandleProxies.asInterfaceInstance(
            handlerType, MethodHandles.dropArguments(onSignal, 0, signalType));
    signalType
        .getMethod("handle", signalType, handlerType)
        .invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
  }
}
