package dev.explanations.lab;

import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Latency;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import dev.explanations.lab.simulator.script.Timelines;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "simulator",
    description = {
      "Runs a Gemini simulator until interrupted.",
      "GET /stats tells what it has seen; POST /behave changes what it does, for instance",
      "{\"reply\": \"overloaded\", \"calls\": 5}, {\"latency\": \"2s\", \"sigma\": 0.5} or",
      "{\"quota\": 60}, which is calls per minute. POST /scenario plays phases, such as",
      "{\"phases\": [{\"reply\": \"overloaded\", \"duration\": \"20s\"}]}, or {\"name\":"
          + " \"outage\"}."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
final class SimulatorCommand implements Callable<Integer> {

  @Option(names = "--host", defaultValue = "127.0.0.1", description = "The address to listen on.")
  private String host = "";

  @Option(names = "--port", defaultValue = "8090")
  private int port;

  @Option(
      names = "--latency",
      defaultValue = "200ms",
      description = "How long a call takes; the median with --sigma.")
  private Duration latency = Duration.ZERO;

  @Option(
      names = "--sigma",
      defaultValue = "0",
      description = "Spread of lognormal latency; 0 makes every call take the same.")
  private double sigma;

  @Option(names = "--api-key", description = "The only key accepted. By default any is.")
  private @Nullable String apiKey;

  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      description = {
        "Phases to play from the start: healthy, outage, throttled, slow, flapping, or a file",
        "with what POST /scenario takes."
      })
  private @Nullable String scenario;

  @Override
  public Integer call() throws Exception {
    Latency each = sigma == 0 ? new Latency.Fixed(latency) : new Latency.LogNormal(latency, sigma);
    Timeline timeline = scenario == null ? null : Timelines.find(scenario);
    try (Resources resources = new Resources()) {
      GeminiSimulator simulator =
          resources.add(GeminiSimulator.start(host, port, Behaviour.answer(each)));
      simulator.acceptOnlyKey(apiKey);
      System.out.println("Gemini simulator on http://" + host + ":" + simulator.port());
      if (timeline != null) {
        simulator.play(timeline, new PhasePrinter());
      }
      resources.awaitInterruption();
    }
    return 0;
  }

  private static final class PhasePrinter implements TimelineListener {
    @Override
    public void began(Timeline.Phase phase) {
      Duration lasts = phase.lasts();
      print(
          phase.name()
              + (lasts == null ? " from now on" : " for %.1f s".formatted(lasts.toMillis() / 1e3)));
    }

    @Override
    public void over() {
      print("the scenario is over");
    }

    private static void print(String what) {
      System.out.printf("%tT %s%n", LocalTime.now(ZoneId.systemDefault()), what);
    }
  }
}
