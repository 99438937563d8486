package dev.explanations.lab.faults.target;

import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;

/** The simulator with one trouble at a time. Used by one thread at a time. */
public final class FaultyGemini {

  private final GeminiSimulator simulator;
  private final Behaviour well;
  private Runnable forgetNext = () -> {};

  /**
   * @param well what calls get while there is no trouble
   */
  public FaultyGemini(GeminiSimulator simulator, Behaviour well) {
    this.simulator = simulator;
    this.well = well;
  }

  /** Gives the next {@code calls} calls that behaviour. */
  public void next(int calls, Behaviour behaviour) {
    forgetNext = simulator.behaveNext(calls, behaviour);
  }

  /** Gives all calls that behaviour. */
  public void behave(Behaviour behaviour) {
    simulator.behave(behaviour);
  }

  public void play(Timeline timeline) {
    simulator.play(timeline, TimelineListener.NONE);
  }

  /** Ends the trouble; rules of others for single questions stay. */
  public void recover() {
    forgetNext.run();
    simulator.behave(well);
  }

  public Behaviour well() {
    return well;
  }
}
