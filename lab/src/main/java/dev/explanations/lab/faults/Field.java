package dev.explanations.lab.faults;

import dev.explanations.lab.broker.BrokerCluster;
import dev.explanations.lab.redis.RedisTroubles;

/** Faults act upon this; closed by whoever made its parts. */
public record Field(
    Fleet fleet,
    BrokerCluster brokers,
    FaultyGemini gemini,
    RedisTroubles redis,
    Orders orders,
    HostileProducer producer,
    SmallDisk disk) {

  // what a fault holds besides workers, which have their names

  static final String BROKERS = "brokers";
  static final String NETWORK = "network";
  static final String GEMINI = "gemini";
  static final String REDIS = "redis";
  static final String BREAKER = "breaker";
  static final String PAUSE = "pause";
  static final String REDRIVE = "redrive";
}
