package dev.explanations.lab.redis;

/** What may be wrong with a Redis. */
public enum RedisTrouble {
  /** It is not there. */
  KILLED,
  /** It takes connections and never answers. */
  SILENT,
  /** Something else answers. */
  GARBAGE,
  /** It wants another password, and has closed all connections. */
  PASSWORD,
  /** It has no memory left, and evicts nothing. */
  OOM,
  /** It reads its data first. */
  LOADING
}
