package dev.explanations.worker.kafka;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteRecordsResult;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.internals.CoordinatorKey;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** An admin client of a cluster where every partition is consumed to 5 and ends at 7. */
final class RecordingAdmin implements InvocationHandler {

  private final Map<String, Set<TopicPartition>> asked = new ConcurrentHashMap<>();

  Admin admin() {
    return (Admin)
        Proxy.newProxyInstance(Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, this);
  }

  /** All partitions that a method was ever asked about; none if it was not called. */
  Set<TopicPartition> askedOf(String method) {
    return asked.getOrDefault(method, Set.of());
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Map<?, ?> first = arguments[0] instanceof Map<?, ?> map ? map : Map.of();
    return switch (method.getName()) {
      case "listConsumerGroupOffsets" -> {
        String group = (String) first.keySet().iterator().next();
        var spec = (ListConsumerGroupOffsetsSpec) Objects.requireNonNull(first.get(group));
        Set<TopicPartition> partitions = noted(method, spec.topicPartitions());
        Map<TopicPartition, OffsetAndMetadata> offsets =
            partitions.stream().collect(Collectors.toMap(it -> it, it -> new OffsetAndMetadata(5)));
        Constructor<?> result =
            ListConsumerGroupOffsetsResult.class.getDeclaredConstructor(Map.class);
        result.setAccessible(true);
        yield result.newInstance(
            Map.of(CoordinatorKey.byGroupId(group), KafkaFuture.completedFuture(offsets)));
      }
      case "listOffsets" ->
          new ListOffsetsResult(
              futures(
                  noted(method, partitions(first)),
                  it -> new ListOffsetsResultInfo(7, 0, Optional.empty())));
      case "deleteRecords" ->
          new DeleteRecordsResult(
              futures(noted(method, partitions(first)), it -> new DeletedRecords(5)));
      default -> throw new UnsupportedOperationException(method.toString());
    };
  }

  private static Set<TopicPartition> partitions(Map<?, ?> byPartition) {
    return byPartition.keySet().stream()
        .map(TopicPartition.class::cast)
        .collect(Collectors.toSet());
  }

  private Set<TopicPartition> noted(Method method, Collection<TopicPartition> partitions) {
    asked.computeIfAbsent(method.getName(), it -> ConcurrentHashMap.newKeySet()).addAll(partitions);
    return new HashSet<>(partitions);
  }

  private static <T> Map<TopicPartition, KafkaFuture<T>> futures(
      Set<TopicPartition> partitions, Function<TopicPartition, T> value) {
    Map<TopicPartition, KafkaFuture<T>> futures = new HashMap<>();
    partitions.forEach(it -> futures.put(it, KafkaFuture.completedFuture(value.apply(it))));
    return futures;
  }
}
