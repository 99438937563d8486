package dev.explanations.worker.http;

import dev.explanations.worker.http.CallerTokens.Right;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may command the worker, and logs who did. With {@code CONTROL_TOKEN}: any caller that
 * sends it, since no browser does so by itself. Without: callers on this machine, except pages of
 * other sites, which a browser here may have opened. {@code READ_TOKEN} admits to what is read.
 * Thread-safe.
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

  private final CallerTokens tokens;
  private final SparseLog refusals;
  private final Pace commands;

  /** Apart from the commands, which readers cannot use up. */
  private final Pace reads;

  private final Pace wrongTokens;
  private final Pace refusing;

  public ControlAccess(CallerTokens tokens, InstantSource clock) {
    this.tokens = tokens;
    this.refusals = new SparseLog("Control refused", clock);
    this.commands = new Pace(COMMAND_INTERVAL, COMMANDS_AT_ONCE - 1, clock);
    this.reads = new Pace(COMMAND_INTERVAL, COMMANDS_AT_ONCE - 1, clock);
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
    } else if (!tokens.required() && context.header(HOST) != null) {
      requireLoopbackName(context);
    }
  }

  /**
   * Whether a request that only reads may see what is not meant for everybody: with either token.
   *
   * @throws Problem 401 or 429 for a wrong token: guessing must not be cheaper here than elsewhere
   */
  public boolean isTrusted(Context context) {
    if (!tokens.required()) {
      return isThisMachine(context);
    }
    boolean brings =
        authorizations(context).stream()
            .anyMatch(value -> value.regionMatches(true, 0, "bearer", 0, 6));
    if (brings) {
      identify(context);
    }
    return brings;
  }

  /** Notes for the audit who calls; nobody until the caller is known. */
  private Right identify(Context context) {
    context.attribute(WHO, NOBODY);
    boolean reading = READING.contains(context.method());
    Right right = bearer(context).map(tokens::of).orElse(Right.NONE);
    if (right == Right.READ && !reading) {
      throw new Problem(403, "READ_TOKEN may only read; a command needs CONTROL_TOKEN.");
    }
    if (!tokens.required()) {
      requireThisMachine(context);
    } else if (right == Right.NONE) {
      throw unauthorized(context, reading);
    }
    context.attribute(WHO, tokens.required() ? "token" : "loopback");
    return right;
  }

  /**
   * Refuses a request that may not command the worker, before its body is read; then reads the body
   * for the handler. A request that only reads may bring the token for that. Callers that guess
   * tokens wait, on the virtual thread of their request.
   *
   * @throws Problem 401, 403 or 421 for a stranger, 403 for a command with the token that only
   *     reads, 413 for a body above {@link #MAX_BODY}, 429 for too many commands or wrong tokens.
   *     The token is checked first, so strangers cannot use up the commands of others
   */
  public void admitCommand(Context context) {
    if (identify(context) == Right.READ) {
      if (!reads.tryTake()) {
        throw tooMany(context, COMMAND_INTERVAL, "Too many requests with READ_TOKEN.");
      }
    } else if (!commands.tryTake()) {
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

  private static List<String> authorizations(Context context) {
    return Collections.list(context.req().getHeaders(AUTHORIZATION));
  }

  private static Optional<String> bearer(Context context) {
    List<String> values = authorizations(context);
    Matcher bearer = BEARER.matcher(values.size() == 1 ? values.getFirst() : "");
    return bearer.matches() ? Optional.of(bearer.group(1)) : Optional.empty();
  }

  private Problem unauthorized(Context context, boolean reading) {
    if (!wrongTokens.tryTake()) {
      refusing.untilSlot().ifPresentOrElse(ControlAccess::await, () -> hangUp(context));
      return tooMany(
          context, WRONG_TOKEN_INTERVAL, "Too many wrong tokens; a right one is admitted.");
    }
    context.header("WWW-Authenticate", "Bearer");
    return new Problem(
        401,
        reading
            ? "This needs the header Authorization: Bearer <CONTROL_TOKEN or READ_TOKEN>."
            : "Control needs the header Authorization: Bearer <CONTROL_TOKEN>.");
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
