package dev.explanations.lab.faults;

import dev.explanations.lab.faults.Draw.Weighted;
import dev.explanations.lab.faults.Fault.Step;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.guarantees.Observation.FaultKind;
import dev.explanations.lab.guarantees.Observation.Order;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Latency;
import dev.explanations.lab.simulator.script.Quota;
import dev.explanations.lab.simulator.script.Reply;
import dev.explanations.lab.simulator.script.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Faults of Gemini: any reply of the simulator, to the next calls, for a time or flapping; slow
 * calls; a quota.
 */
final class GeminiFaults {

  /** Largest number of calls that a burst hits; five failures open the breaker. */
  private static final int MOST_CALLS = 12;

  /** Wait before a reset, so that it does not overtake a call that is already answered. */
  private static final Duration ON_THE_WAY = Duration.ofSeconds(1);

  private GeminiFaults() {}

  static List<Weighted> all() {
    return List.of(
        new Weighted(11, GeminiFaults::burst),
        new Weighted(6, GeminiFaults::forATime),
        new Weighted(3, GeminiFaults::flapping),
        new Weighted(2, GeminiFaults::slow),
        new Weighted(1, GeminiFaults::quota));
  }

  private static Draw burst(RandomGenerator random) {
    Reply reply = reply(random);
    int calls = random.nextInt(1, MOST_CALLS + 1);
    return draw(
        "next %d calls get %s".formatted(calls, reply),
        Draw.seconds(random, 3, 12),
        reply.equals(Reply.Canned.DAILY_QUOTA),
        field -> field.gemini().next(calls, behaviour(field, reply)));
  }

  private static Draw forATime(RandomGenerator random) {
    Reply reply = reply(random);
    return draw(
        "calls get " + reply,
        Draw.seconds(random, 1, 12),
        reply.equals(Reply.Canned.DAILY_QUOTA),
        field -> field.gemini().behave(behaviour(field, reply)));
  }

  private static Draw flapping(RandomGenerator random) {
    Reply reply = reply(random);
    Duration up = Draw.seconds(random, 1, 2);
    Duration down = Draw.seconds(random, 1, 2);
    return draw(
        "every other moment calls get " + reply,
        Draw.seconds(random, 6, 15),
        reply.equals(Reply.Canned.DAILY_QUOTA),
        field ->
            field
                .gemini()
                .play(
                    new Timeline(
                        "flapping",
                        List.of(
                            new Timeline.Phase("down", behaviour(field, reply), down),
                            new Timeline.Phase("up", field.gemini().well(), up)),
                        true)));
  }

  private static Draw slow(RandomGenerator random) {
    Duration latency = Draw.seconds(random, 1, 8);
    return draw(
        "calls take %d ms".formatted(latency.toMillis()),
        Draw.seconds(random, 2, 12),
        false,
        field ->
            field.gemini().behave(new Behaviour(new Latency.Fixed(latency), new Reply.Answer())));
  }

  /** Limits the calls of a minute; further ones get 429 with the time until the window has room. */
  private static Draw quota(RandomGenerator random) {
    int calls = random.nextInt(1, 30);
    return draw(
        "a quota of %d calls".formatted(calls),
        Draw.seconds(random, 3, 12),
        true,
        field -> field.gemini().behave(field.gemini().well().within(Quota.perMinute(calls))));
  }

  /**
   * Makes a fault.
   *
   * @param pauses whether workers are told to wait for so long that a reset must end it: an hour
   *     for a daily quota, up to a minute for a quota of a minute
   */
  private static Draw draw(String name, Duration lasts, boolean pauses, Step begin) {
    return Draw.of(
        FaultKind.GEMINI,
        name,
        pauses ? Set.of(FaultTargets.GEMINI, FaultTargets.BREAKER) : Set.of(FaultTargets.GEMINI),
        lasts,
        begin,
        pauses ? GeminiFaults::recoverAndReset : field -> field.gemini().recover());
  }

  private static void recoverAndReset(FaultTargets field) throws Exception {
    field.gemini().recover();
    Thread.sleep(ON_THE_WAY);
    field.orders().insist(Order.RESET_BREAKER);
  }

  /**
   * Behaviour with the given reply. A daily quota replies without latency, so that none is on its
   * way after the reset.
   */
  private static Behaviour behaviour(FaultTargets field, Reply reply) {
    return reply.equals(Reply.Canned.DAILY_QUOTA)
        ? Behaviour.of(reply)
        : new Behaviour(field.gemini().well().latency(), reply);
  }

  private static Reply reply(RandomGenerator random) {
    List<Reply> replies = new ArrayList<>(List.of(Reply.Canned.values()));
    replies.add(new Reply.Throttled(Draw.seconds(random, 1, 6)));
    replies.add(new Reply.SlowBody(Draw.seconds(random, 1, 8)));
    replies.add(new Reply.Hang());
    replies.add(new Reply.Reset());
    return Draw.one(random, replies);
  }
}
