package dev.explanations.lab.simulator;

import java.time.Duration;

/** What the simulator does with a call: it waits, then replies. */
public record Behaviour(Latency latency, Reply reply) {

  /** Complete answers, each after the same time. */
  public static Behaviour answer(Duration latency) {
    return answer(new Latency.Fixed(latency));
  }

  /** Complete answers. */
  public static Behaviour answer(Latency latency) {
    return new Behaviour(latency, new Reply.Answer());
  }

  /** That reply, at once. */
  public static Behaviour of(Reply reply) {
    return new Behaviour(Latency.NONE, reply);
  }

  /** 429 with a RetryInfo, at once. */
  public static Behaviour throttled(Duration retryDelay) {
    return of(new Reply.Throttled(retryDelay));
  }

  /** The same reply after another time. */
  public Behaviour after(Duration latency) {
    return new Behaviour(new Latency.Fixed(latency), reply);
  }
}
