package dev.explanations.lab.faults.target;

import dev.explanations.lab.broker.BrokerCluster;
import dev.explanations.lab.redis.RedisTroubles;

/** Everything that faults act upon. Whoever created the parts closes them. */
public record FaultTargets(
    Fleet fleet,
    BrokerCluster brokers,
    FaultyGemini gemini,
    RedisTroubles redis,
    OperatorCommands orders,
    HostileProducer producer,
    SmallDisk disk) {

  // keys of exclusive use, beside the names of workers

  public static final String BROKERS = "brokers";
  public static final String NETWORK = "network";
  public static final String GEMINI = "gemini";
  public static final String REDIS = "redis";
  public static final String BREAKER = "breaker";
  public static final String PAUSE = "pause";
  public static final String REDRIVE = "redrive";
}
