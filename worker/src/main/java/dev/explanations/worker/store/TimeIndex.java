package dev.explanations.worker.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Ids in the order of their times, in memory alone or kept in a part of the timers store: {@code
 * <name>/<16 hex digits of epoch ms>/<id>}.
 *
 * <p>Of the stored ones the next are in memory as well, in a window: it holds all that have not
 * been passed, as far as the store has been read, and what is added there is added to it. So a look
 * costs nothing, an index read to its end is not read again, and reading goes on where it has
 * stopped: a scan over RocksDB's tombstones costs what was ever deleted, 2.8 ms after 20,000
 * entries against 3 µs behind them. Used by one stream thread.
 */
final class TimeIndex {

  private static final byte[] EMPTY = {};

  /** Entries that one reading fetches. */
  static final int FETCH = 64;

  /** What is added beyond stays in the store alone. */
  private static final int WINDOW = 2 * FETCH;

  /** Sorts after every hexadecimal digit. */
  private static final String LAST = "g";

  /** Entries of another form are deleted as they are read. */
  private static final Pattern KEY = Pattern.compile("[^/]+/[0-7][0-9a-f]{15}/.*", Pattern.DOTALL);

  private final KeyValueStore<String, byte[]> timers;
  private final String prefix;
  private final String end;

  /** All stored entries before {@link #readTo} that have not been passed, by key. */
  private final NavigableSet<String> window = new TreeSet<>();

  /** Entries in memory alone, by key: those that have not been passed, and those that have. */
  private final NavigableSet<String> unstored = new TreeSet<>();

  private final NavigableSet<String> unstoredPassed = new TreeSet<>();

  private String readTo;

  /** Behind the last stored entry that was passed. */
  private String passed;

  private boolean fenced;

  /** An id and its time. */
  record Entry(Instant at, String id) {}

  TimeIndex(KeyValueStore<String, byte[]> timers, String name) {
    this.timers = timers;
    this.prefix = name + "/";
    this.end = prefix + LAST;
    this.readTo = prefix;
    this.passed = prefix;
  }

  /** Adds to the store. */
  void add(Instant at, String id) {
    add(at, id, true);
  }

  /**
   * @param stored whether in the store, or in memory alone
   */
  void add(Instant at, String id, boolean stored) {
    String key = key(at, id);
    if (!stored) {
      unstoredPassed.remove(key);
      unstored.add(key);
      return;
    }
    fence();
    timers.put(key, EMPTY);
    if (key.compareTo(readTo) < 0) {
      window.add(key);
      if (window.size() > WINDOW) {
        forgetWindowFrom(window.last());
      }
    }
  }

  void remove(Instant at, String id) {
    remove(at, id, true);
  }

  /**
   * @param stored whether it may be in the store
   */
  void remove(Instant at, String id, boolean stored) {
    String key = key(at, id);
    unstored.remove(key);
    unstoredPassed.remove(key);
    if (stored) {
      TaskStores.delete(timers, key);
      window.remove(key);
    }
  }

  /** How many are in memory alone. */
  int inMemory() {
    return unstored.size() + unstoredPassed.size();
  }

  /** The first entry that has not been passed. */
  Optional<Entry> peek() {
    if (window.isEmpty()) {
      read();
    }
    String inMemory = unstored.isEmpty() ? end : unstored.first();
    String first = window.isEmpty() ? inMemory : min(inMemory, window.first());
    return first.equals(end) ? Optional.empty() : Optional.of(entry(first));
  }

  /** Whether the first entry that has not been passed is for this time or before. */
  boolean isUpTo(Instant time) {
    return peek().filter(entry -> !entry.at().isAfter(time)).isPresent();
  }

  /** The first entries up to a time that have not been passed, at most so many. */
  List<Entry> upTo(Instant time, int limit) {
    boolean more = true;
    while (more && window.size() < limit && (window.isEmpty() || isUpTo(time, window.last()))) {
      more = read();
    }
    return Stream.of(window, unstored)
        .flatMap(keys -> keys.stream().limit(limit).takeWhile(key -> isUpTo(time, key)))
        .sorted()
        .limit(limit)
        .map(this::entry)
        .toList();
  }

  /** Leaves an entry and those before it behind: found again only after a {@link #rewind}. */
  void pass(Entry entry) {
    String key = key(entry.at(), entry.id());
    NavigableSet<String> before = unstored.headSet(key, true);
    unstoredPassed.addAll(before);
    before.clear();
    window.headSet(key, true).clear();
    // the next possible key: a string's successor is itself with the smallest character appended
    String behind = key + '\0';
    passed = behind.compareTo(passed) > 0 ? behind : passed;
  }

  /** Reads from the beginning again, at the price of a scan over everything deleted since. */
  void rewind() {
    readFrom(prefix);
  }

  /** What was passed is found again if it is for this time or later. */
  void rewindTo(Instant time) {
    readFrom(key(time, ""));
  }

  /** From there on nothing is known, not even what was passed. */
  private void readFrom(String key) {
    NavigableSet<String> again = unstoredPassed.tailSet(key, true);
    unstored.addAll(again);
    again.clear();
    if (key.compareTo(passed) < 0) {
      forgetWindowFrom(key);
      passed = key;
    }
  }

  private void forgetWindowFrom(String key) {
    window.tailSet(key, true).clear();
    readTo = min(key, readTo);
  }

  /**
   * Reads on from where the window ends.
   *
   * @return whether there was more
   */
  private boolean read() {
    if (readTo.equals(end)) {
      return false;
    }
    int read = 0;
    String last = readTo;
    List<String> unreadable = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> entries = timers.range(readTo, end)) {
      while (read < FETCH && entries.hasNext()) {
        last = entries.next().key;
        if (KEY.matcher(last).matches()) {
          window.add(last);
        } else {
          unreadable.add(last);
        }
        read++;
      }
    }
    unreadable.forEach(key -> TaskStores.delete(timers, key));
    readTo = read < FETCH ? end : last + '\0';
    return read > 0;
  }

  /**
   * Marks behind the index at which reading stops: a range in RocksDB has no upper bound, and looks
   * for the next entry that is alive. Two, since the iterator is always one entry ahead, so that
   * one who comes to the first has already gone to the next.
   */
  private void fence() {
    if (!fenced) {
      timers.put(end + "1", EMPTY);
      timers.put(end + "2", EMPTY);
      fenced = true;
    }
  }

  private boolean isUpTo(Instant time, String key) {
    return !entry(key).at().isAfter(time);
  }

  private static String min(String a, String b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private String key(Instant at, String id) {
    return prefix + HexFormat.of().toHexDigits(Times.millis(at)) + "/" + id;
  }

  private Entry entry(String key) {
    int from = prefix.length();
    long millis = HexFormat.fromHexDigitsToLong(key, from, from + 16);
    return new Entry(Instant.ofEpochMilli(millis), key.substring(from + 17));
  }
}
