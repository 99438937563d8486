package dev.explanations.worker.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private static String next(TimeIndex index) {
    return index.peek().map(TimeIndex.Timer::id).orElse("none");
  }

  private static String take(TimeIndex index) {
    String id = next(index);
    index.peek().ifPresent(index::pass);
    return id;
  }

  @Test
  void entries_areReadInTheOrderOfTheirTimes_equalOnesById() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(at(300), "c");
    index.add(at(2), "b");
    index.add(at(1_000_000_000_000L), "d");
    index.add(at(2), "a");

    assertThat(take(index) + take(index) + take(index) + take(index) + take(index))
        .isEqualTo("abcdnone");
  }

  @Test
  void passedEntry_staysAndIsFoundAfterARewind() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(at(1), "a");
    index.add(at(2), "b");
    take(index);
    assertThat(next(index)).isEqualTo("b");
    index.rewind();
    assertThat(next(index)).isEqualTo("a");
    assertThat(next(new TimeIndex(timers, "due"))).as("as after a restart").isEqualTo("a");
  }

  @Test
  void insertBeforeTheCursor_movesItBack() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(at(10), "late");
    take(index);
    assertThat(next(index)).isEqualTo("none");
    index.add(at(5), "early");
    assertThat(next(index)).isEqualTo("early");
  }

  @Test
  void rewindTo_neverMovesForward() {
    TimeIndex index = new TimeIndex(timers, "due");
    index.add(at(1), "a");
    index.add(at(5), "b");
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
    deadline.add(at(1), "d");
    assertThat(next(due)).isEqualTo("none");
    due.add(at(2), "a");
    assertThat(next(due)).isEqualTo("a");
    assertThat(next(deadline)).isEqualTo("d");
  }

  @Test
  void removedEntries_areNotScannedTwice() {
    TimeIndex index = new TimeIndex(timers, "due");
    for (int i = 0; i < 100; i++) {
      index.add(at(i), "x" + i);
    }
    for (int i = 0; i < 99; i++) {
      index.remove(at(i), "x" + i);
    }
    assertThat(next(index)).isEqualTo("x99");
    // an entry that appears behind the cursor without its knowledge is not seen: proof that the
    // second look began where the first one ended
    timers.put("due/" + "0".repeat(16) + "/ghost", new byte[0]);
    assertThat(next(index)).isEqualTo("x99");
  }
}
