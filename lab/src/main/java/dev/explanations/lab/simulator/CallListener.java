package dev.explanations.lab.simulator;

import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Reply;

/** Hears of every call, on threads of the simulator that must not be held up. */
public interface CallListener {

  CallListener NONE =
      new CallListener() {
        @Override
        public void began(long number, Call call, String key, long nanos) {}

        @Override
        public void ended(
            long number, Reply reply, int status, String body, boolean delivered, long nanos) {}
      };

  /**
   * A call arrived.
   *
   * @param key the API key that it brought; empty without one
   * @param nanos when, by {@link System#nanoTime}
   */
  void began(long number, Call call, String key, long nanos);

  /**
   * The reply to a call has been written, or could not be. A call that hangs never ends.
   *
   * @param status HTTP status; 0 is a connection that was reset
   * @param delivered whether the connection took all of it
   * @param nanos when the reply began
   */
  void ended(long number, Reply reply, int status, String body, boolean delivered, long nanos);
}
