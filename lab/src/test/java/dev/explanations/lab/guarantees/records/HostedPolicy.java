package dev.explanations.lab.guarantees.records;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;

/** Refuses what a hosted cluster refuses, and every topic whose name begins with "denied". */
public final class HostedPolicy implements CreateTopicPolicy {

  static final long MIN_SEGMENT_BYTES = 50L << 20;

  private static final List<String> DENIED =
      List.of("max.compaction.lag.ms", "min.cleanable.dirty.ratio", "message.timestamp.type");

  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public void validate(RequestMetadata topic) {
    if (topic.topic().startsWith("denied")) {
      throw new PolicyViolationException("no topics for you");
    }
    Map<String, String> configs = topic.configs();
    if (DENIED.stream().anyMatch(configs::containsKey)
        || Long.parseLong(configs.getOrDefault("segment.bytes", "1073741824"))
            < MIN_SEGMENT_BYTES) {
      throw new PolicyViolationException("the policy does not say which property it dislikes");
    }
  }

  @Override
  public void close() {}
}
