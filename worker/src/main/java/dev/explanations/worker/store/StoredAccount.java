package dev.explanations.worker.store;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.spending.Spent;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/**
 * Account of a partition as stored: what its calls have cost, and how many calls of a lane are
 * counted. One entry among the {@link Counter counters}.
 *
 * @param lane id of the last lane of which calls are known; empty if none is, or it has handed over
 *     its calls
 * @param begun calls that the lane is known to have begun
 * @param ended those whose end has been counted
 */
public record StoredAccount(Spent spent, String lane, long begun, long ended) {

  public static final StoredAccount EMPTY = new StoredAccount(Spent.NOTHING, "", 0, 0);

  private static final String NAME = "account";

  /** First byte of the value; the lane's id in UTF-8 is the last part. */
  private static final byte FORMAT = 1;

  private static final int CHARGE_BYTES = 6 * Long.BYTES;
  private static final int BYTES = 1 + 4 * Long.BYTES + 2 * CHARGE_BYTES;

  /** Bound for damaged values: sums of two do not overflow. */
  private static final long MAX = Long.MAX_VALUE / 4;

  /** Last day of the year 9999, since the epoch. */
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  /** Empty if absent or damaged, as for {@link Counter#stored}. */
  public static StoredAccount of(TaskStores stores) {
    byte[] bytes = stores.counters().get(NAME);
    return bytes == null ? EMPTY : read(bytes);
  }

  public void store(TaskStores stores) {
    stores.counters().put(NAME, bytes());
  }

  private byte[] bytes() {
    byte[] id = lane.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(BYTES + id.length).put(FORMAT).putLong(spent.day().toEpochDay());
    write(bytes, spent.onDay());
    write(bytes, spent.inMonth());
    return bytes.putLong(spent.dearest().nanos()).putLong(begun).putLong(ended).put(id).array();
  }

  private static void write(ByteBuffer bytes, Charge charge) {
    bytes
        .putLong(charge.calls())
        .putLong(charge.promptTokens())
        .putLong(charge.outputTokens())
        .putLong(charge.cost().nanos())
        .putLong(charge.unpriced())
        .putLong(charge.unknown());
  }

  private static StoredAccount read(byte[] value) {
    ByteBuffer bytes = ByteBuffer.wrap(value);
    try {
      if (bytes.get() != FORMAT) {
        return EMPTY;
      }
      LocalDate day = LocalDate.ofEpochDay(number(bytes, LAST_DAY));
      Spent spent = new Spent(day, charge(bytes), charge(bytes), new Usd(number(bytes, MAX)));
      long begun = number(bytes, MAX);
      long ended = number(bytes, MAX);
      return new StoredAccount(
          spent, StandardCharsets.UTF_8.decode(bytes).toString(), begun, ended);
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      return EMPTY;
    }
  }

  private static Charge charge(ByteBuffer bytes) {
    return new Charge(
        number(bytes, MAX),
        number(bytes, MAX),
        number(bytes, MAX),
        new Usd(number(bytes, MAX)),
        number(bytes, MAX),
        number(bytes, MAX));
  }

  private static long number(ByteBuffer bytes, long max) {
    long number = bytes.getLong();
    if (number < 0 || number > max) {
      throw new IllegalArgumentException("damaged");
    }
    return number;
  }
}
