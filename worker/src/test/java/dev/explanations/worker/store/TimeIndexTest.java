package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeIndexTest {

  private final KeyValueStore<String, byte[]> timers =
      Stores.keyValueStoreBuilder(
              Stores.inMemoryKeyValueStore("timers"), Serdes.String(), Serdes.ByteArray())
          .withLoggingDisabled()
          .build();

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "unused:1");
    var context = new MockProcessorContext<Void, Void>(properties);
    timers.init(context.getStateStoreContext(), timers);
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }

  private static TimeIndex.Entry entry(long millis, String id) {
    return new TimeIndex.Entry(millis, id);
  }

  private static String next(TimeIndex index) {
    return index.peek().map(TimeIndex.Entry::id).orElse("none");
  }

  private static String take(TimeIndex index) {
    String id = next(index);
    index.peek().ifPresent(index::pass);
    return id;
  }

  @Test
  void entries_areReadInTheOrderOfTheirTimes_equalOnesById() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(entry(300, "c"));
    index.add(entry(2, "b"));
    index.add(entry(1_000_000_000_000L, "d"));
    index.add(entry(2, "a"));

    assertThat(take(index) + take(index) + take(index) + take(index) + take(index))
        .isEqualTo("abcdnone");
  }

  @Test
  void passedEntry_staysAndIsFoundAfterARewind() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(entry(1, "a"));
    index.add(entry(2, "b"));
    take(index);
    assertThat(next(index)).isEqualTo("b");
    index.rewind();
    assertThat(next(index)).isEqualTo("a");
    assertThat(next(new TimeIndex(timers, "due"))).as("as after a restart").isEqualTo("a");
  }

  @Test
  void entryInMemoryAlone_isFoundLikeAnyOther_andLeavesNoTrace() {
    AtomicInteger writes = new AtomicInteger();
    TimeIndex index = new TimeIndex(counting("put", writes), "due");
    index.add(entry(2, "b"), false);
    index.add(entry(1, "a"), false);
    assertThat(take(index) + take(index) + take(index)).isEqualTo("abnone");
    index.rewindTo(at(2));
    assertThat(next(index)).isEqualTo("b");
    assertThat(index.inMemory()).isEqualTo(2);
    index.remove(entry(1, "a"), false);
    index.remove(entry(2, "b"), false);

    assertThat(next(index)).isEqualTo("none");
    assertThat(index.inMemory()).isZero();
    assertThat(writes).hasValue(0);
  }

  @Test
  void insertBeforeTheCursor_movesItBack() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(entry(10, "late"));
    take(index);
    assertThat(next(index)).isEqualTo("none");
    index.add(entry(5, "early"));
    assertThat(next(index)).isEqualTo("early");
  }

  @Test
  void rewindTo_neverMovesForward() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(entry(1, "a"));
    index.add(entry(5, "b"));
    take(index);
    take(index);
    index.rewindTo(at(5));
    assertThat(next(index)).isEqualTo("b");
    index.rewindTo(at(9));
    assertThat(next(index)).isEqualTo("b");
  }

  @Test
  void indexesOfOneStore_doNotSeeEachOther() {
    TimeIndex due = new TimeIndex(timers, "due");
    TimeIndex deadline = new TimeIndex(timers, "deadline");
    deadline.add(entry(1, "d"));
    assertThat(next(due)).isEqualTo("none");
    due.add(entry(2, "a"));
    assertThat(next(due)).isEqualTo("a");
    assertThat(next(deadline)).isEqualTo("d");
  }

  @Test
  void upTo_readsOn_asFarAsItMust() {
    TimeIndex index = new TimeIndex(timers, "deadline");
    for (int i = 0; i < 300; i++) {
      index.add(entry(i, "x" + i));
    }
    assertThat(index.upTo(at(250), 256)).hasSize(251).endsWith(entry(250, "x250"));
    assertThat(index.upTo(at(250), 10)).hasSize(10);
    assertThat(index.upTo(at(1_000), 1_000)).hasSize(300);
    assertThat(next(index)).as("none is passed").isEqualTo("x0");
  }

  @Test
  void removedEntries_areNotScannedTwice() {
    AtomicInteger ranges = new AtomicInteger();
    TimeIndex index = new TimeIndex(counting("range", ranges), "due");
    for (int i = 0; i < 100; i++) {
      index.add(entry(i, "x" + i));
    }
    for (int i = 0; i < 99; i++) {
      index.remove(entry(i, "x" + i));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(next(index)).isEqualTo("x99");
      assertThat(index.upTo(at(98), 10)).isEmpty();
    }
    assertThat(ranges).hasValue(1);
  }

  @Test
  void indexReadToItsEnd_isNotReadAgain() {
    AtomicInteger ranges = new AtomicInteger();
    TimeIndex index = new TimeIndex(counting("range", ranges), "due");
    for (int i = 0; i < 1_000; i++) {
      index.add(entry(i, "x" + i));
      assertThat(take(index)).isEqualTo("x" + i);
      index.remove(entry(i, "x" + i));
      assertThat(next(index)).isEqualTo("none");
      index.rewindTo(at(i + 1));
    }
    assertThat(ranges).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void longIndex_isReadInPieces() {
    AtomicInteger ranges = new AtomicInteger();
    TimeIndex index = new TimeIndex(counting("range", ranges), "due");
    assertThat(next(index)).isEqualTo("none");
    int entries = 20 * TimeIndex.FETCH;
    for (int i = 0; i < entries; i++) {
      index.add(entry(i, "x" + i));
    }
    for (int i = 0; i < entries; i++) {
      assertThat(take(index)).isEqualTo("x" + i);
    }
    assertThat(next(index)).isEqualTo("none");
    assertThat(ranges).hasValueBetween(15, 21);
  }

  /** RocksDB's iterator has gone to the second when it is asked what comes after the last entry. */
  @Test
  void twoMarks_standBehindAnIndex() {
    new TimeIndex(timers, "expiry").add(entry(1, "other"));
    new TimeIndex(timers, "due").add(entry(1, "last"));
    try (KeyValueIterator<String, byte[]> entries = timers.range("due/", null)) {
      assertThat(entries.next().key).endsWith("/last");
      assertThat(entries.next().key).startsWith("due/").isGreaterThan("due/f");
      assertThat(entries.next().key).startsWith("due/").isGreaterThan("due/f");
      assertThat(entries.next().key).startsWith("expiry/");
    }
  }

  @Test
  void manyInsertsBeforeTheCursor_areAllFound() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(entry(1_000, "late"));
    take(index);
    for (int i = 0; i < 500; i++) {
      index.add(entry(i * 7 % 500, "x"));
    }
    for (int i = 0; i < 500; i++) {
      assertThat(index.peek()).hasValue(entry(i, "x"));
      take(index);
    }
  }

  /** Against the plain meaning: entries in order, each passed or not. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyOrderOfUse_findsWhatHasNotBeenPassed(long seed) {
    Random random = new Random(seed);
    TimeIndex index = new TimeIndex(timers, "due");
    NavigableMap<Long, Boolean> model = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      long time = random.nextLong(100);
      switch (random.nextInt(i % 2_000 < 1_000 ? 8 : 6)) {
        case 0, 6, 7 -> {
          index.add(entry(time, "x"), isStored(time));
          model.put(time, false);
        }
        case 1 -> {
          index.remove(entry(time, "x"), isStored(time));
          model.remove(time);
        }
        case 2, 3 ->
            index
                .peek()
                .ifPresent(
                    timer -> {
                      index.pass(timer);
                      model.put(timer.at().toEpochMilli(), true);
                    });
        case 4 -> {
          if (random.nextInt(50) == 0) {
            index.rewindTo(at(time));
            model.tailMap(time, true).replaceAll((at, passed) -> false);
          }
        }
        default ->
            assertThat(index.upTo(at(time), 80).stream().map(t -> t.at().toEpochMilli()))
                .containsExactlyElementsOf(
                    unpassed(model).filter(at -> at <= time).limit(80).toList());
      }
      assertThat(index.peek().map(t -> t.at().toEpochMilli()))
          .isEqualTo(unpassed(model).findFirst());
    }
  }

  private static boolean isStored(long time) {
    return time % 3 != 0;
  }

  private static Stream<Long> unpassed(Map<Long, Boolean> model) {
    return model.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey);
  }

  @SuppressWarnings("unchecked") // a proxy of the same type
  private KeyValueStore<String, byte[]> counting(String method, AtomicInteger calls) {
    return (KeyValueStore<String, byte[]>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {KeyValueStore.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                calls.incrementAndGet();
              }
              return called.invoke(timers, arguments);
            });
  }
}
