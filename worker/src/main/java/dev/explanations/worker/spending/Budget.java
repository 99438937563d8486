package dev.explanations.worker.spending;

import dev.explanations.worker.explanation.Charge;
import dev.explanations.worker.explanation.Usd;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.spending.BudgetStatus.Level;
import dev.explanations.worker.spending.BudgetStatus.Period;
import dev.explanations.worker.spending.BudgetStatus.Source;
import dev.explanations.worker.spending.BudgetStatus.Span;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what all workers have spent with the limits of a day and a month. A limit of the last
 * command overrides that of the settings. {@link #status} is thread-safe.
 */
public final class Budget {

  private static final Logger log = LoggerFactory.getLogger(Budget.class);

  /** Time between two looks: other workers' totals change at any time. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final int DIGITS_SHOWN = 4;

  private final Settings.Budget settings;
  private final Supplier<BudgetLimits> command;
  private final Ledger ledger;
  private final InstantSource clock;

  /** As logged. Used under the dispatcher's lock only. */
  private final Map<Span, Level> levels = new EnumMap<>(Span.class);

  /**
   * @param command limits of the last command; may change at any time
   */
  public Budget(
      Settings.Budget settings,
      Supplier<BudgetLimits> command,
      Ledger ledger,
      InstantSource clock) {
    this.settings = settings;
    this.command = command;
    this.ledger = ledger;
    this.clock = clock;
  }

  public BudgetStatus status() {
    BudgetLimits said = command.get();
    LocalDate date = today();
    YearMonth month = YearMonth.from(date);
    Usd dearest = ledger.dearest();
    return new BudgetStatus(
        settings.zone(),
        date,
        period(
            Span.DAY,
            said.perDay(),
            settings.perDay(),
            ledger.on(date),
            dearest,
            begin(date.plusDays(1))),
        period(
            Span.MONTH,
            said.perMonth(),
            settings.perMonth(),
            ledger.on(month),
            dearest,
            begin(month.plusMonths(1).atDay(1))),
        dearest);
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), settings.zone());
  }

  private Instant begin(LocalDate date) {
    return date.atStartOfDay(settings.zone()).toInstant();
  }

  private static Period period(
      Span span, @Nullable Usd said, Usd setting, Charge spent, Usd dearest, Instant end) {
    Usd limit = said == null ? setting : said;
    return new Period(
        span,
        limit.equals(Usd.ZERO) ? null : limit,
        said == null ? Source.SETTINGS : Source.COMMAND,
        spent,
        spent.atMost(dearest),
        end);
  }

  /**
   * Looks at what is spent, and logs each change. To be called at {@link #nextLook} at the latest.
   * Used under the dispatcher's lock only.
   *
   * @return whether no call may begin now
   */
  public boolean look() {
    boolean limited = isLimited();
    if (!limited && levels.isEmpty()) {
      return false;
    }
    BudgetStatus status = status();
    tell(status.day());
    tell(status.month());
    if (!limited) {
      levels.clear();
    }
    return status.exhausted() != null;
  }

  /**
   * When the result of {@link #look} may change by itself; {@link Instant#MAX} if there is no
   * limit.
   */
  public Instant nextLook() {
    if (!isLimited()) {
      return Instant.MAX;
    }
    Instant look = clock.instant().plus(LOOK);
    Instant tomorrow = begin(today().plusDays(1));
    return tomorrow.isBefore(look) ? tomorrow : look;
  }

  private boolean isLimited() {
    BudgetLimits said = command.get();
    return isLimit(said.perDay(), settings.perDay())
        || isLimit(said.perMonth(), settings.perMonth());
  }

  private static boolean isLimit(@Nullable Usd said, Usd setting) {
    return !(said == null ? setting : said).equals(Usd.ZERO);
  }

  private void tell(Period period) {
    Level now = period.level();
    Level before = levels.getOrDefault(period.span(), Level.BELOW);
    levels.put(period.span(), now);
    if (now == before) {
      return;
    }
    String span = period.span().wireName();
    String charged = shown(period.charged());
    String limit = period.limit() == null ? "none" : shown(period.limit());
    if (now == Level.REACHED) {
      log.error(
          "The {}'s budget is spent, {} of {} dollars: no call begins until {} or POST /api/budget",
          span,
          charged,
          limit,
          period.end());
    } else if (before == Level.REACHED) {
      log.info(
          "The {}'s budget lets calls begin again: {} dollars are spent, limit {}",
          span,
          charged,
          limit);
    } else if (now == Level.NEAR) {
      log.warn("80 % of the {}'s budget are spent: {} of {} dollars", span, charged, limit);
    }
  }

  private static String shown(Usd money) {
    BigDecimal rounded = money.dollars().setScale(DIGITS_SHOWN, RoundingMode.HALF_UP);
    return rounded.stripTrailingZeros().toPlainString();
  }
}
