package dev.explanations.lab.soak;

import dev.explanations.lab.Resources;
import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.broker.BrokerCluster;
import dev.explanations.lab.faults.Scope;
import dev.explanations.lab.faults.target.FaultTargets;
import dev.explanations.lab.faults.target.FaultyGemini;
import dev.explanations.lab.faults.target.Fleet;
import dev.explanations.lab.faults.target.HostileProducer;
import dev.explanations.lab.faults.target.Life;
import dev.explanations.lab.faults.target.OperatorCommands;
import dev.explanations.lab.faults.target.SmallDisk;
import dev.explanations.lab.guarantees.Witness;
import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.lab.redis.RedisTroubles;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.soak.watch.CallWatch;
import dev.explanations.lab.soak.watch.DiskWatch;
import dev.explanations.lab.soak.watch.LogWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs three brokers, Redis and workers as processes, and the Gemini simulator in this process. All
 * of them end when the rig is closed.
 */
final class SoakRig implements AutoCloseable {

  static final Behaviour WELL = Behaviour.answer(Duration.ofMillis(200));

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Resources resources = new Resources();
  private final LogWatch logs;
  private final GeminiSimulator gemini;
  private final BrokerCluster brokers;
  private final RedisTroubles redis;
  private final FaultTargets field;
  private final DiskWatch disks;

  /** Starts everything, and returns when the workers are ready. */
  SoakRig(List<String> workers, Witness witness) throws IOException, InterruptedException {
    Path directory = resources.add(TemporaryDirectory.create()).path();
    logs = new LogWatch(witness);
    brokers =
        resources.add(BrokerCluster.start(directory.resolve("brokers"), Scope.clients(workers)));
    redis =
        resources.add(
            new RedisTroubles(
                EmbeddedRedis.start(directory, "--requirepass", RedisTroubles.PASSWORD)));
    gemini = resources.add(GeminiSimulator.start(WELL));
    Fleet fleet = resources.add(new Fleet(setup(directory), witness, logs::line));
    gemini.observe(new CallWatch(witness, fleet::lifeOf));
    field =
        new FaultTargets(
            fleet,
            brokers,
            new FaultyGemini(gemini, WELL),
            redis,
            resources.add(new OperatorCommands(fleet, witness, SoakSettings.CONTROL_TOKEN)),
            resources.add(new HostileProducer(brokers.bootstrapServers(), witness)),
            new SmallDisk(directory.resolve("small-disk")));
    workers.forEach(fleet::start);
    for (String worker : workers) {
      fleet.awaitReady(worker, PATIENCE);
    }
    disks =
        resources.add(
            new DiskWatch(
                directory.resolve("brokers"),
                workers.stream().collect(Collectors.toMap(it -> it, directory::resolve))));
  }

  private Fleet.Setup setup(Path directory) {
    return new Fleet.Setup(
        directory,
        SoakSettings.environment(gemini.baseUrl(), redis.port(), RedisTroubles.PASSWORD),
        worker -> Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers.bootstrapServersFor(worker)),
        SoakSettings.JVM_ARGUMENTS,
        SoakSettings.KEY_SECRET);
  }

  /** Addresses for clients that network faults must not reach: without the proxies of workers. */
  String bootstrapServers() {
    return brokers.bootstrapServers();
  }

  FaultTargets field() {
    return field;
  }

  GeminiSimulator gemini() {
    return gemini;
  }

  LogWatch logs() {
    return logs;
  }

  DiskWatch disks() {
    return disks;
  }

  int redisPort() {
    return redis.port();
  }

  /** HTTP ports of the workers that answer, by {@link Life#name}. */
  Map<String, Integer> ports() {
    return field.fleet().live().stream()
        .filter(Life::isResponsive)
        .collect(Collectors.toMap(Life::name, Life::httpPort));
  }

  /** Registers a resource to be closed with the rig. */
  <T extends AutoCloseable> T add(T resource) {
    return resources.add(resource);
  }

  @Override
  public void close() {
    resources.close();
  }
}
