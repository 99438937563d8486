package dev.explanations.worker.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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
 * Ids in the order of their times, in memory alone or in a part of the timers store: {@code
 * <name>/<16 hex digits of epoch ms>/<id>}.
 *
 * <p>The next stored entries are in memory too, in a window: all that have not been passed, as far
 * as the store has been read. An entry added within that range is added to the window. So {@link
 * #peek} reads no store, an index read to its end is not read again, and reading goes on where it
 * stopped. A scan from the beginning would pass over RocksDB's tombstones: 2.8 ms after 20,000
 * deleted entries, against 3 µs behind them. Used by the stream thread only.
 */
final class TimeIndex {

  private static final byte[] EMPTY = {};

  /** Entries that one read of the store fetches. */
  static final int FETCH = 64;

  /** Most entries of the window after an addition; entries beyond are in the store alone. */
  private static final int WINDOW = 2 * FETCH;

  /** Sorts after every hexadecimal digit. */
  private static final String LAST = "g";

  /** Form of a key; entries with another form are deleted when they are read. */
  private static final Pattern KEY = Pattern.compile("[^/]+/[0-7][0-9a-f]{15}/.*", Pattern.DOTALL);

  private final KeyValueStore<String, byte[]> timers;
  private final String prefix;
  private final String end;

  /** All stored entries before {@link #readTo} that have not been passed. */
  private final NavigableSet<Entry> window = new TreeSet<>();

  /** Entries in memory alone that have not been passed, and those that have. */
  private final NavigableSet<Entry> unstored = new TreeSet<>();

  private final NavigableSet<Entry> unstoredPassed = new TreeSet<>();

  /** Key up to which the store has been read. */
  private String readTo;

  /** Just after the last entry that was passed. */
  private Entry passed = FIRST;

  private boolean fenced;

  private static final Entry FIRST = new Entry(0, "");

  /**
   * An id and its time, in the order of their keys.
   *
   * @param millis since the epoch; no {@code Instant}, since memory may hold 200,000 entries
   */
  record Entry(long millis, String id) implements Comparable<Entry> {

    Entry(Instant at, String id) {
      this(Times.millis(at), id);
    }

    Instant at() {
      return Instant.ofEpochMilli(millis);
    }

    @Override
    public int compareTo(Entry other) {
      return millis == other.millis ? id.compareTo(other.id) : Long.compare(millis, other.millis);
    }
  }

  TimeIndex(KeyValueStore<String, byte[]> timers, String name) {
    this.timers = timers;
    this.prefix = name + "/";
    this.end = prefix + LAST;
    this.readTo = prefix;
  }

  /** Adds a stored entry. */
  void add(Entry entry) {
    add(entry, true);
  }

  /** Adds an entry; {@code stored} tells whether in the store, otherwise in memory alone. */
  void add(Entry entry, boolean stored) {
    if (!stored) {
      unstoredPassed.remove(entry);
      unstored.add(entry);
      return;
    }
    fence();
    String key = key(entry);
    timers.put(key, EMPTY);
    if (key.compareTo(readTo) < 0) {
      window.add(entry);
      if (window.size() > WINDOW) {
        forgetWindowFrom(window.last());
      }
    }
  }

  void remove(Entry entry) {
    remove(entry, true);
  }

  /** Removes an entry; {@code stored} tells whether it may be in the store. */
  void remove(Entry entry, boolean stored) {
    unstored.remove(entry);
    unstoredPassed.remove(entry);
    if (stored) {
      TaskStores.delete(timers, key(entry));
      window.remove(entry);
    }
  }

  /** Number of entries in memory alone. */
  int inMemory() {
    return unstored.size() + unstoredPassed.size();
  }

  /** The first entry that has not been passed. */
  Optional<Entry> peek() {
    if (window.isEmpty()) {
      read();
    }
    return Stream.of(window, unstored)
        .filter(entries -> !entries.isEmpty())
        .map(NavigableSet::first)
        .min(Comparator.naturalOrder());
  }

  /** Whether {@link #peek} has an entry for this time or before. */
  boolean isUpTo(Instant time) {
    return peek().filter(entry -> !entry.at().isAfter(time)).isPresent();
  }

  /** The first entries up to a time that have not been passed, {@code limit} at most. */
  List<Entry> upTo(Instant time, int limit) {
    boolean more = true;
    while (more && window.size() < limit && (window.isEmpty() || !isAfter(window.last(), time))) {
      more = read();
    }
    return Stream.of(window, unstored)
        .flatMap(entries -> entries.stream().limit(limit).takeWhile(entry -> !isAfter(entry, time)))
        .sorted()
        .limit(limit)
        .toList();
  }

  /** Passes an entry and all before it: they are found again only after a {@link #rewind}. */
  void pass(Entry entry) {
    NavigableSet<Entry> before = unstored.headSet(entry, true);
    unstoredPassed.addAll(before);
    before.clear();
    window.headSet(entry, true).clear();
    // a string's successor is the string with the smallest character appended
    Entry behind = new Entry(entry.millis(), entry.id() + '\0');
    passed = behind.compareTo(passed) > 0 ? behind : passed;
  }

  /** Undoes every {@link #pass}, at the price of a scan over all tombstones. */
  void rewind() {
    readFrom(FIRST);
  }

  /** Undoes {@link #pass} for entries at this time or later. */
  void rewindTo(Instant time) {
    readFrom(new Entry(time, ""));
  }

  /** Undoes {@link #pass} from an entry on, which need not be there. */
  private void readFrom(Entry entry) {
    NavigableSet<Entry> again = unstoredPassed.tailSet(entry, true);
    unstored.addAll(again);
    again.clear();
    if (entry.compareTo(passed) < 0) {
      forgetWindowFrom(entry);
      passed = entry;
    }
  }

  private void forgetWindowFrom(Entry entry) {
    window.tailSet(entry, true).clear();
    String key = key(entry);
    readTo = key.compareTo(readTo) < 0 ? key : readTo;
  }

  /**
   * Reads the next entries of the store into the window.
   *
   * @return whether there were any
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
          window.add(entry(last));
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
   * Two sentinels end the index: a range in RocksDB has no upper bound, so it seeks the next live
   * entry. The iterator prefetches one entry, so stopping at the first sentinel has loaded only the
   * second, never the tombstones behind them.
   */
  private void fence() {
    if (!fenced) {
      timers.put(end + "1", EMPTY);
      timers.put(end + "2", EMPTY);
      fenced = true;
    }
  }

  private static boolean isAfter(Entry entry, Instant time) {
    return entry.at().isAfter(time);
  }

  private String key(Entry entry) {
    return prefix + HexFormat.of().toHexDigits(entry.millis()) + "/" + entry.id();
  }

  private Entry entry(String key) {
    int from = prefix.length();
    long millis = HexFormat.fromHexDigitsToLong(key, from, from + 16);
    return new Entry(millis, key.substring(from + 17));
  }
}
