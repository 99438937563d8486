package dev.explanations.worker.http;

import dev.explanations.worker.settings.Secret;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may command the worker, and logs who did. With {@code CONTROL_TOKEN}: any caller that
 * sends it, since no browser does so by itself. Without: callers on this machine, except pages of
 * other sites, which a browser here may have opened. Thread-safe.
 */
public final class ControlAccess {
  /** Limit of a command's body in bytes; also Javalin's, for bodies without a declared length. */
  public static final int MAX_BODY = 64 * 1024;

  private static final Logger log = LoggerFactory.getLogger(ControlAccess.class);

  private static final Set<HandlerType> READING =
      Set.of(HandlerType.GET, HandlerType.HEAD, HandlerType.OPTIONS);
  private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");
  private static final Pattern LOOPBACK_HOST =
      Pattern.compile("(?i)(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");
  private static final Pattern UNPRINTABLE = Pattern.compile("[^ -~]");
  private static final int MAX_LOGGED = 300;

  /** Burst of commands: enough for scripts, and more than people can type. */
  private static final int COMMANDS_AT_ONCE = 100;

  private static final Duration COMMAND_INTERVAL = Duration.ofMillis(100);

  /** Burst of wrong tokens that are answered 401; further ones are answered 429. */
  private static final int WRONG_TOKENS_AT_ONCE = 100;

  private static final Duration WRONG_TOKEN_INTERVAL = Duration.ofSeconds(1);

  /** A refusal costs about 0.4 ms of CPU, so guessing tokens costs a tenth of a core at most. */
  private static final Duration REFUSAL_INTERVAL = Duration.ofMillis(4);

  /** Fewer than the connections, which others need too; the last refusal waits for 0.4 s. */
  private static final int REFUSALS_WAITING = 100;

  private static final String HOST = "Host";
  private static final String AUTHORIZATION = "Authorization";
  private static final String WHO = "control.who";
  private static final String NOBODY = "nobody";

  private final byte @Nullable [] token;
  private final SparseLog refusals;
  private final Pace commands;
  private final Pace wrongTokens;
  private final Pace refusing;

  public ControlAccess(@Nullable Secret token, InstantSource clock) {
    this.token = token == null ? null : digest(token.reveal());
    this.refusals = new SparseLog("Control refused", clock);
    this.commands = new Pace(COMMAND_INTERVAL, COMMANDS_AT_ONCE - 1, clock);
    this.wrongTokens = new Pace(WRONG_TOKEN_INTERVAL, WRONG_TOKENS_AT_ONCE - 1, clock);
    this.refusing = new Pace(REFUSAL_INTERVAL, REFUSALS_WAITING, clock);
  }

  /**
   * Runs before every request, so that no endpoint can forget it. Methods that do not only read
   * need {@link #admitCommand}. Without a token, reading needs a loopback name in Host: a page
   * whose owner has rebound its DNS name to this machine could read the answers otherwise.
   *
   * @throws Problem as {@link #admitCommand}
   */
  public void admit(Context context) {
    // the method by which Javalin routes, X-HTTP-Method-Override included
    if (!READING.contains(context.method())) {
      admitCommand(context);
    } else if (token == null && context.header(HOST) != null) {
      requireLoopbackName(context);
    }
  }

  /**
   * Whether a request that only reads may see what is meant for callers who command.
   *
   * @throws Problem 401 or 429 for a wrong token: guessing must not be cheaper here than elsewhere
   */
  public boolean isTrusted(Context context) {
    if (token == null) {
      return isThisMachine(context);
    }
    boolean brings =
        Collections.list(context.req().getHeaders(AUTHORIZATION)).stream()
            .anyMatch(value -> value.regionMatches(true, 0, "bearer", 0, 6));
    if (brings) {
      identify(context);
    }
    return brings;
  }

  /** Notes for the audit who calls; nobody until the caller is known. */
  private void identify(Context context) {
    context.attribute(WHO, NOBODY);
    if (token == null) {
      requireThisMachine(context);
    } else {
      requireToken(context, token);
    }
    context.attribute(WHO, token == null ? "loopback" : "token");
  }

  /**
   * Refuses a request that may not command the worker, before its body is read; then reads the body
   * for the handler. Callers that guess tokens wait, on the virtual thread of their request.
   *
   * @throws Problem 401, 403 or 421 for a stranger, 413 for a body above {@link #MAX_BODY}, 429 for
   *     too many commands or wrong tokens. The token is checked first, so strangers cannot use up
   *     the commands of others
   */
  public void admitCommand(Context context) {
    identify(context);
    if (!commands.tryTake()) {
      throw tooMany(context, COMMAND_INTERVAL, "Too many commands.");
    }
    if (context.req().getContentLengthLong() > MAX_BODY) {
      throw new Problem(413, "The body may have %d bytes.".formatted(MAX_BODY));
    }
    context.bodyAsBytes();
  }

  /**
   * Runs after every request: logs each command, and now and then a refused one, but nothing that
   * was only read.
   */
  public void audit(Context context) {
    String who = context.attribute(WHO);
    if (who == null) {
      return;
    }
    String command = printable(context.method().name() + " " + context.path());
    if (who.equals(NOBODY)) {
      refusals.add("%s from %s: %d".formatted(command, context.ip(), context.statusCode()));
    } else if (!READING.contains(context.method())) {
      log.info("Control: {} by {} from {}: {}", command, who, context.ip(), context.statusCode());
    }
  }

  private static Problem tooMany(Context context, Duration retryAfter, String detail) {
    context.header("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    return new Problem(429, detail);
  }

  private void requireToken(Context context, byte[] expected) {
    List<String> values = Collections.list(context.req().getHeaders(AUTHORIZATION));
    Matcher bearer = BEARER.matcher(values.size() == 1 ? values.getFirst() : "");
    if (!bearer.matches() || !MessageDigest.isEqual(expected, digest(bearer.group(1)))) {
      if (!wrongTokens.tryTake()) {
        refusing.untilSlot().ifPresentOrElse(ControlAccess::await, () -> hangUp(context));
        throw tooMany(
            context, WRONG_TOKEN_INTERVAL, "Too many wrong tokens; a right one is admitted.");
      }
      context.header("WWW-Authenticate", "Bearer");
      throw new Problem(401, "Control needs the header Authorization: Bearer <CONTROL_TOKEN>.");
    }
  }

  /** Closes the connection: an answer without a wait would make guessing faster. */
  private static void hangUp(Context context) {
    ServletContextRequest.getServletContextRequest(context.req())
        .getConnectionMetaData()
        .getConnection()
        .getEndPoint()
        .close();
  }

  private static void await(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      // the server is being closed
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isThisMachine(Context context) {
    return InetAddress.ofLiteral(context.ip()).isLoopbackAddress();
  }

  /** Refuses names that a stranger's DNS has rebound to this machine: Host still has them. */
  private static String requireLoopbackName(Context context) {
    String host = context.header(HOST);
    if (host == null || !LOOPBACK_HOST.matcher(host).matches()) {
      throw new Problem(
          421, "Without a CONTROL_TOKEN Host must be a loopback name, such as localhost.");
    }
    return host;
  }

  private static void requireThisMachine(Context context) {
    if (!isThisMachine(context)) {
      throw new Problem(403, "Without a CONTROL_TOKEN only this machine may control the worker.");
    }
    String host = requireLoopbackName(context);
    String origin = context.header("Origin");
    String site = context.header("Sec-Fetch-Site");
    boolean own = origin == null || origin.equalsIgnoreCase("http://" + host);
    if (!own || !(site == null || site.equals("same-origin") || site.equals("none"))) {
      throw new Problem(403, "Without a CONTROL_TOKEN pages of other origins may not control.");
    }
  }

  /** Equally long for every token, so that the time of comparing shows nothing of it. */
  private static byte[] digest(String token) {
    return sha256(token.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Text from outside made fit for a log line: printable ASCII, at most 300 characters. */
  public static String printable(String text) {
    String clean = UNPRINTABLE.matcher(text).replaceAll("?");
    return clean.length() <= MAX_LOGGED ? clean : clean.substring(0, MAX_LOGGED) + "...";
  }
}
