package dev.explanations.lab.redis;

/** Failures of Redis that tests can cause. */
public enum RedisTrouble {
  /** The process was killed: connections are refused. */
  KILLED,
  /** The process is stopped: connections are accepted, commands never answered. */
  SILENT,
  /** Another server answers on its port, in HTTP. */
  GARBAGE,
  /** The password has changed, and all connections were closed. */
  PASSWORD,
  /** {@code maxmemory} is reached, and nothing is evicted: writes are refused. */
  OOM,
  /** Each command is refused since Redis is still reading its data. */
  LOADING
}
