package dev.explanations.worker;

import dev.explanations.worker.acl.AclPrinter;
import dev.explanations.worker.kafka.StartException;
import dev.explanations.worker.logging.LibraryLevels;
import dev.explanations.worker.logging.OutOfMemoryExit;
import dev.explanations.worker.policy.Prompts;
import dev.explanations.worker.redrive.Redrive;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.settings.SettingsLoader;
import dev.explanations.worker.settings.SettingsTable;
import dev.explanations.worker.topics.TopicPlan;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the settings, runs a {@link Worker} until it ends or is told to, and exits with its code.
 */
public final class Main {
  private static final int FAILED = 1;
  private static final int BAD_USAGE = 2;

  /** Time for closing the parts after the drain. */
  private static final Duration PARTS_CLOSE_TIME = Duration.ofSeconds(5);

  /** Last line of the log; only {@code Main} knows the exit code. */
  private static final String LAST_LINE = "Worker stopped, exit code {}";

  private static final String USAGE =
      """
      Usage: java -jar explanation-worker.jar [--describe | --topics | --acls | --help | --version]

      Without an option: answers explanation requests until SIGTERM or SIGINT.
        --describe  prints the topology
        --topics    prints the topics that the worker needs, as JSON
        --acls [--json] [ROLE [PRINCIPAL]]
                    prints the ACLs that all roles need, or one: worker, redrive, producer,
                    consumer, submit, warm; as commands or as JSON
        --help      prints this and all settings
        --version   prints the version

      Exit code: 0 stopped in time, 1 failed or cut short, 2 bad settings or options, 3 out of
      memory.
      """;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(List.of(args)));
  }

  private static int run(List<String> args) {
    try {
      return switch (String.join(" ", args)) {
        case "" -> work();
        case "--describe" -> print(describe());
        case "--topics" -> print(topics());
        case "--help", "-h" -> print(USAGE + "\n" + SettingsTable.text());
        case "--version" -> print(version());
        default -> {
          Optional<String> acls = acls(args);
          if (acls.isPresent()) {
            yield print(acls.get());
          }
          System.err.print("unknown: " + String.join(" ", args) + "\n" + USAGE);
          yield BAD_USAGE;
        }
      };
    } catch (InvalidSettingsException e) {
      e.problems().forEach(System.err::println);
      return BAD_USAGE;
    }
  }

  private static int work() {
    SettingsLoader.Loaded loaded = SettingsLoader.loadAll(textsWithLoggingSet());
    Logger log = LoggerFactory.getLogger(Main.class);
    LibraryLevels.confine();
    logDeadThreads();
    log.info("Explanation worker {}: {}", version(), lines(loaded.summary()));
    if (!loaded.ignored().isEmpty()) {
      log.warn("Not known to Kafka's clients, ignored: {}", String.join(", ", loaded.ignored()));
    }
    int code = work(loaded, log);
    log.info(LAST_LINE, code);
    return code;
  }

  private static int work(SettingsLoader.Loaded loaded, Logger log) {
    try {
      return run(Worker.create(loaded), loaded.settings().streams().shutdownTimeout(), log);
    } catch (InvalidSettingsException e) {
      throw e;
    } catch (StartException e) {
      log.error("Cannot start: {}", e.getMessage());
      return FAILED;
    } catch (RuntimeException | Error e) {
      // an Error too: a native library that cannot be unpacked, for instance
      log.error("Failed", e);
      return FAILED;
    }
  }

  /** Logs uncaught exceptions, which go to the standard error by default; exits without memory. */
  static void logDeadThreads() {
    OutOfMemoryExit.install();
    Logger log = LoggerFactory.getLogger(Main.class);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} died", thread.getName(), failure));
  }

  private static int run(Worker worker, Duration shutdownTimeout, Logger log) {
    AtomicReference<@Nullable Thread> starting = new AtomicReference<>(Thread.currentThread());
    ExitSignals signals =
        new ExitSignals(
            () -> {
              // the start may wait for a broker that never answers
              Thread starter = starting.get();
              if (starter != null) {
                starter.interrupt();
              }
              return worker.stop();
            },
            shutdownTimeout.plus(PARTS_CLOSE_TIME),
            code -> {
              log.info(LAST_LINE, code);
              Runtime.getRuntime().halt(code);
            });
    signals.install();
    try {
      worker.start();
    } catch (StartException e) {
      if (signals.stopping()) {
        return signals.awaitExitCode();
      }
      throw e;
    } finally {
      starting.set(null);
    }
    Thread.ofVirtual().name("end").start(() -> signals.ended(worker.awaitEnd()));
    return signals.awaitExitCode();
  }

  /** Sets the properties of logging. The first logger reads them, so nothing may log before. */
  private static Map<String, String> textsWithLoggingSet() {
    Map<String, String> texts = SettingsLoader.processTexts();
    SettingsLoader.logging(texts).forEach(System::setProperty);
    return texts;
  }

  private static String describe() {
    Settings settings = SettingsLoader.loadWithoutKey(textsWithLoggingSet());
    return new WorkerTopology(settings, Prompts.of(settings, () -> 0), Clock.systemUTC())
        .describe();
  }

  private static String topics() {
    Settings settings = SettingsLoader.loadWithoutKey(textsWithLoggingSet());
    return new TopicPlan(settings)
        .json(Redrive.ledger(settings.streams().applicationId(), settings.topics()));
  }

  /** Empty unless these are the arguments of {@code --acls}. */
  private static Optional<String> acls(List<String> args) {
    if (!args.getFirst().equals("--acls")) {
      return Optional.empty();
    }
    Settings settings = SettingsLoader.loadWithoutKey(textsWithLoggingSet());
    return new AclPrinter(settings).print(args.subList(1, args.size()));
  }

  /** Version from the jar's manifest. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(development)" : version;
  }

  private static int print(String text) {
    System.out.println(text.stripTrailing());
    return 0;
  }

  private static String lines(Map<String, String> summary) {
    return summary.entrySet().stream()
        .map(entry -> "\n  " + entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining());
  }
}
