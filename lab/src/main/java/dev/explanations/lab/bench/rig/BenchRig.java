package dev.explanations.lab.bench.rig;

import dev.explanations.lab.Resources;
import dev.explanations.lab.TemporaryDirectory;
import dev.explanations.lab.bench.baseline.CopyApplication;
import dev.explanations.lab.bench.baseline.PlainWorker;
import dev.explanations.lab.bench.load.Load;
import dev.explanations.lab.process.JavaProcess;
import dev.explanations.lab.process.WorkerProcess;
import dev.explanations.lab.redis.EmbeddedRedis;
import dev.explanations.lab.simulator.GeminiSimulator;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.submit.ResultListener;
import dev.explanations.lab.watch.WorkerWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Broker and simulator in this process, workers in processes of their own. All of it ends with the
 * rig, also when this process is interrupted. Used by one thread.
 */
public final class BenchRig implements AutoCloseable {

  /** As the worker writes for people, which it does by default. */
  private static final Pattern WARNING = Pattern.compile("^\\S+ (?:WARN|ERROR) +(\\S+)");

  private final Resources resources = new Resources();
  private final WorkerOptions options;
  private final Map<String, String> settings;
  private final List<String> jvmArguments;
  private final Path directory;
  private final BenchBroker broker;
  private final List<WorkerProcess> workers = new ArrayList<>();
  private GeminiSimulator gemini;

  public BenchRig(
      WorkerOptions options,
      Map<String, String> settings,
      List<String> jvmArguments,
      Behaviour behaviour)
      throws IOException, InterruptedException, ExecutionException {
    this.options = options;
    this.jvmArguments = jvmArguments;
    this.directory = resources.add(TemporaryDirectory.create()).path();
    this.broker = resources.add(BenchBroker.start(directory.resolve("broker")));
    this.gemini = resources.add(GeminiSimulator.start(behaviour));
    this.settings = options.environment(settings);
    this.settings.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    this.settings.put("GOOGLE_GEMINI_BASE_URL", gemini.baseUrl());
    this.settings.put("GOOGLE_API_KEY", "a-key-for-the-simulator");
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  public BenchBroker broker() {
    return broker;
  }

  /** Records that the broker has written so far. */
  public RecordCounts records() throws IOException, InterruptedException, ExecutionException {
    try (BenchTopics cluster = new BenchTopics(broker.bootstrapServers())) {
      return RecordCounts.read(cluster, directory.resolve("broker"));
    }
  }

  public GeminiSimulator gemini() {
    return gemini;
  }

  /** A Redis, which nobody uses yet. */
  public EmbeddedRedis unusedRedis(String... arguments) throws IOException, InterruptedException {
    return resources.add(EmbeddedRedis.start(directory, arguments));
  }

  /** A Redis, which workers that are started from now on share. */
  public EmbeddedRedis redis() throws IOException, InterruptedException {
    EmbeddedRedis redis = unusedRedis();
    settings.put("REDIS_ENABLED", "true");
    settings.put("REDIS_HOST", "127.0.0.1");
    settings.put("REDIS_PORT", Integer.toString(redis.port()));
    return redis;
  }

  /** Breaks all calls that run, and answers at the same address in another way. */
  public void restartGemini(Behaviour behaviour) {
    int port = gemini.port();
    gemini.close();
    gemini = resources.add(GeminiSimulator.start(port, behaviour));
  }

  /**
   * Starts a worker and does not wait for it.
   *
   * @param name of the worker, which keeps its state from one launch to the next
   * @param more settings and their values in turn
   */
  public WorkerProcess launch(String name, String... more) {
    Map<String, String> environment = environment(name);
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    WorkerProcess worker =
        resources.add(
            options.plain
                ? WorkerProcess.launch(PlainWorker.class.getName(), environment, jvmArguments)
                : WorkerProcess.launch(environment, jvmArguments));
    workers.add(worker);
    return worker;
  }

  private Map<String, String> environment(String name) {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("INSTANCE_ID", name);
    environment.put("STATE_DIR", stateDirectory(name).toString());
    return environment;
  }

  /**
   * Starts a {@link CopyApplication}, which goes on where the last one stopped, and does not wait
   * for it. Its topics must exist.
   */
  public JavaProcess launchCopy(int resultBytes) {
    Map<String, String> environment = environment("copy");
    environment.put("APPLICATION_ID", "copy");
    List<String> arguments = new ArrayList<>(jvmArguments);
    // with the worker of this build: another may lack what the copy uses
    arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
    arguments.add("-D%s=%d".formatted(CopyApplication.RESULT_BYTES, resultBytes));
    return resources.add(new JavaProcess(CopyApplication.class.getName(), environment, arguments));
  }

  /** Creates topics with as many partitions as the worker's. */
  public void createTopics(Load.Topics topics) throws InterruptedException, ExecutionException {
    try (BenchTopics cluster = new BenchTopics(broker.bootstrapServers())) {
      int partitions = Integer.parseInt(settings.getOrDefault("PARTITIONS", "1"));
      cluster.create(List.of(topics.requests(), topics.results()), partitions);
    }
  }

  /** Starts a worker that is ready. */
  public WorkerProcess start(String name) {
    WorkerProcess worker = launch(name);
    worker.awaitReady(options.timeout());
    return worker;
  }

  public Path stateDirectory(String name) {
    return directory.resolve("state-" + name);
  }

  /**
   * A load for at most that many requests; sees results from now on. A worker must have created the
   * topics.
   */
  public Load load(int capacity) {
    return load(capacity, ResultListener.NONE);
  }

  public Load load(int capacity, ResultListener listener) {
    return load(Load.Topics.OF_WORKER, capacity, listener);
  }

  /** The same with other topics than the worker's, which must exist. */
  public Load load(Load.Topics topics, int capacity) {
    return load(topics, capacity, ResultListener.NONE);
  }

  private Load load(Load.Topics topics, int capacity, ResultListener listener) {
    return resources.add(
        new Load(broker.bootstrapServers(), topics, capacity, options.timeout(), listener));
  }

  /** Looks at that worker's circuit breaker and health from now on. */
  public WorkerWatch watch(WorkerProcess worker) {
    return resources.add(WorkerWatch.start(worker.httpPort(), change -> {}));
  }

  public BenchTopics cluster() {
    return resources.add(new BenchTopics(broker.bootstrapServers()));
  }

  /** How many warnings and errors the workers have logged, by logger. */
  public Map<String, Long> warnings() {
    Map<String, Long> byLogger = new TreeMap<>();
    for (WorkerProcess worker : workers) {
      for (String line : worker.log()) {
        Matcher warning = WARNING.matcher(line);
        if (warning.find()) {
          byLogger.merge(warning.group(1), 1L, Long::sum);
        }
      }
    }
    return byLogger;
  }

  /** Writes what each worker has printed to a file of its own. */
  void saveLogs(Path target) throws IOException {
    Files.createDirectories(target);
    for (int i = 0; i < workers.size(); i++) {
      Files.write(target.resolve("worker-" + (i + 1) + ".log"), workers.get(i).log());
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
