package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.explanations.lab.simulator.script.Behaviour;
import dev.explanations.lab.simulator.script.Call;
import dev.explanations.lab.simulator.script.Script;
import dev.explanations.lab.simulator.script.Timeline;
import dev.explanations.lab.simulator.script.TimelineListener;
import dev.explanations.lab.simulator.statistics.CallTime;
import dev.explanations.lab.simulator.statistics.Counters;
import dev.explanations.lab.simulator.statistics.Statistics;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Speaks Gemini's {@code generateContent} over HTTP/1.1, by the paths of the Developer API and of
 * Vertex AI, without any model behind it. Point {@code GOOGLE_GEMINI_BASE_URL} at {@link #baseUrl}.
 *
 * <p>What a call gets is decided when it arrives: by the newest rule that matches it ({@link
 * #behaveWhen}, {@link #behaveNext}), else by the phase of the timeline that is being played, else
 * by {@link #behave}. All methods may be called from any thread, at any time until {@link #close}.
 *
 * <p>It runs on Jetty, not on the JDK's server: that one keeps only 200 idle connections and sends
 * small responses with a delay unless system properties say otherwise before its first use.
 */
public final class GeminiSimulator implements AutoCloseable {

  private static final String LOOPBACK = "127.0.0.1";
  private static final int BACKLOG = 4096;
  private static final int MAX_THREADS = 16;

  private final Script script;
  private final Player player;
  private final Counters counters = new Counters();
  private final AtomicReference<@Nullable String> acceptedKey = new AtomicReference<>();
  private final ScheduledThreadPoolExecutor scheduler;
  private final Server server;
  private final ServerConnector connector;
  private final GenerateContent generateContent;

  private GeminiSimulator(String host, int port, Behaviour behaviour) {
    ObjectMapper json = new ObjectMapper();
    script = new Script(behaviour);
    scheduler =
        new ScheduledThreadPoolExecutor(
            2, Thread.ofPlatform().name("simulator-latency-", 0).daemon().factory());
    scheduler.setRemoveOnCancelPolicy(true);
    player = new Player(script, counters, scheduler);
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
    threads.setName("simulator");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
    connector.setHost(host);
    connector.setPort(port);
    connector.setAcceptQueueSize(BACKLOG);
    // no limit: a call may hang for as long as a test likes
    connector.setIdleTimeout(0);
    server.addConnector(connector);
    generateContent = new GenerateContent(json, script, counters, scheduler, acceptedKey);
    server.setHandler(
        new SimulatorHandler(
            json, generateContent, new RemoteControl(json, script, player, counters)));
  }

  /** Starts on any free loopback port. */
  public static GeminiSimulator start(Behaviour behaviour) {
    return start(LOOPBACK, 0, behaviour);
  }

  /** Starts on that loopback port; 0 is any free one. */
  public static GeminiSimulator start(int port, Behaviour behaviour) {
    return start(LOOPBACK, port, behaviour);
  }

  /**
   * Starts, and returns when connections are accepted.
   *
   * @param behaviour what calls do until told otherwise
   * @throws IllegalStateException when the port cannot be bound
   */
  public static GeminiSimulator start(String host, int port, Behaviour behaviour) {
    GeminiSimulator simulator = new GeminiSimulator(host, port, behaviour);
    try {
      simulator.server.start();
    } catch (Exception e) {
      simulator.close();
      throw new IllegalStateException("cannot listen on " + host + ":" + port, e);
    }
    return simulator;
  }

  public int port() {
    return connector.getLocalPort();
  }

  /** For clients on this machine, without a trailing slash. */
  public String baseUrl() {
    return "http://" + LOOPBACK + ":" + port();
  }

  /** Sets the behaviour of calls that no rule matches. Ends a timeline. */
  public void behave(Behaviour behaviour) {
    player.stop();
    script.otherwise(behaviour);
  }

  /**
   * A rule for the next calls, whatever they ask.
   *
   * @return forgets the rule, if calls are left of it
   */
  public Runnable behaveNext(int calls, Behaviour behaviour) {
    return script.add(call -> true, behaviour, calls);
  }

  /** A rule for calls whose user text contains that text. */
  public void behaveWhen(String promptContains, Behaviour behaviour) {
    behaveWhen(call -> call.userText().contains(promptContains), behaviour);
  }

  /** A rule for the next calls whose user text contains that text. */
  public void behaveWhen(String promptContains, int calls, Behaviour behaviour) {
    var _ = script.add(call -> call.userText().contains(promptContains), behaviour, calls);
  }

  /** A rule for the calls that match, for instance those to one model. */
  public void behaveWhen(Predicate<Call> when, Behaviour behaviour) {
    script.add(when, behaviour);
  }

  /** Begins with the timeline's first phase before it returns. Another timeline ends. */
  public void play(Timeline timeline, TimelineListener listener) {
    player.play(timeline, listener);
  }

  /** Forgets all rules and the timeline, and behaves as at the start. */
  public void behaveNormally() {
    player.stop();
    script.forget();
  }

  /** Refuses every other key with API_KEY_INVALID; {@code null} accepts them all, as at first. */
  public void acceptOnlyKey(@Nullable String key) {
    acceptedKey.set(key);
  }

  /**
   * Tells the listener of calls from now on; each text then begins with {@code [call N]}, and a
   * complete one ends with {@code [end N]}.
   */
  public void observe(CallListener listener) {
    generateContent.observe(listener);
  }

  public Statistics statistics() {
    return counters.read();
  }

  /** How many calls have arrived: cheaper than all {@link #statistics}. */
  public long calls() {
    return counters.calls();
  }

  /** The latest calls, at most 65,536, in the order of their arrival. */
  public List<CallTime> latestCalls() {
    return counters.latestCalls();
  }

  /** Starts counting anew; behaviour and rules stay. */
  public void reset() {
    counters.reset();
  }

  /** Closes all connections, those of hanging calls too. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the simulator did not stop", e);
    }
  }
}
