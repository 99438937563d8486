package dev.explanations.worker.cache;

import static dev.explanations.worker.cache.Entries.entry;
import static dev.explanations.worker.cache.Entries.key;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.explanations.worker.cache.CacheTierHealth.State;
import dev.explanations.worker.contract.peer.CacheEntryJson;
import dev.explanations.worker.fixture.RedisServer;
import dev.explanations.worker.fixture.RedisServers;
import dev.explanations.worker.logging.CapturedLog;
import dev.explanations.worker.settings.InvalidSettingsException;
import dev.explanations.worker.settings.Secret;
import dev.explanations.worker.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClient;

/** Passwords, users, and TLS. */
class RedisSecurityTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String KEY = key("the Calvin cycle");
  private static final String PASSWORD = "s3cret-word";

  @AutoClose private final CapturedLog log = new CapturedLog();

  private static RedisCache started(Settings.Redis settings) {
    RedisCache cache = new RedisCache(settings, 8, Clock.systemUTC());
    cache.start();
    return cache;
  }

  private static Settings.Redis settings(
      int port, int database, @Nullable String user, @Nullable String password) {
    Secret secret = password == null ? null : new Secret(password);
    return new Settings.Redis(
        true, "127.0.0.1", port, database, user, secret, false, null, TIMEOUT);
  }

  private static void assertUsed(RedisCache cache) {
    cache.put(KEY, entry("Text"));
    assertThat(cache.get(KEY)).isPresent();
    assertThat(cache.deleteAll(_ -> true)).isEqualTo(new SharedCache.Deletion(1, true));
    assertThat(cache.health().state()).isEqualTo(State.CONNECTED);
  }

  private void assertRefused(RedisCache cache, String error) {
    await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
    assertThat(cache.health().lastError()).contains(error).doesNotContain("s3cret");
    assertThat(cache.get(KEY)).isEmpty();
    log.awaitLines(1);
  }

  @Test
  void password_opensIt_andIsNeverShown() {
    try (RedisServer server = RedisServers.start("--requirepass", PASSWORD)) {
      Settings.Redis right = settings(server.port(), 2, null, PASSWORD);
      try (RedisCache cache = started(right)) {
        assertUsed(cache);
        assertThat(right.toString() + cache.health() + cache.statistics()).doesNotContain(PASSWORD);
      }
    }
    assertThat(log.all()).isNotEmpty().doesNotContain(PASSWORD);
  }

  @Test
  void wrongPassword_isAnOutage_thatEndsWhenItIsRight() {
    try (RedisServer server = RedisServers.start("--requirepass", "another");
        RedisCache cache = started(settings(server.port(), 0, null, PASSWORD))) {
      assertRefused(cache, "WRONGPASS ");
      try (RedisClient redis = client(server, "another")) {
        redis.configSet("requirepass", PASSWORD);
      }
      await().atMost(PATIENCE).until(() -> cache.health().connected());
      assertUsed(cache);
    }
    log.awaitLines(2);
    assertThat(log.all()).doesNotContain(PASSWORD).doesNotContain("another");
  }

  private static RedisClient client(RedisServer server, String password) {
    return RedisClient.builder()
        .hostAndPort(new HostAndPort("127.0.0.1", server.port()))
        .clientConfig(DefaultJedisClientConfig.builder().resp2().password(password).build())
        .build();
  }

  @Test
  void missingPassword_isAnOutage() {
    try (RedisServer server = RedisServers.start("--requirepass", PASSWORD);
        RedisCache cache = started(settings(server.port(), 0, null, null))) {
      assertRefused(cache, "NOAUTH ");
    }
  }

  /** What the worker needs at the least; documented in the rationale. */
  @Test
  void userWithTheRightsThatTheWorkerNeeds_isEnough() {
    try (RedisServer server =
            RedisServers.start(
                "--user",
                "worker",
                "on",
                ">" + PASSWORD,
                "~explanation:*",
                "+getrange",
                "+set",
                "+unlink",
                "+scan",
                "+select");
        RedisCache cache = started(settings(server.port(), 1, "worker", PASSWORD))) {
      assertUsed(cache);
    }
  }

  /** One right less, and something of the above fails. */
  @ParameterizedTest
  @ValueSource(strings = {"getrange", "set", "unlink", "scan", "select", "the keys"})
  void userWithoutOneOfTheseRights_isNotEnough(String without) {
    List<String> rights =
        Stream.of("~explanation:*", "+getrange", "+set", "+unlink", "+scan", "+select")
            .filter(right -> !right.equals("+" + without))
            .map(
                right ->
                    without.equals("the keys") ? right.replace("~explanation", "~other") : right)
            .toList();
    List<String> user = new ArrayList<>(List.of("--user", "worker", "on", ">" + PASSWORD));
    user.addAll(rights);
    try (RedisServer server = RedisServers.start(user.toArray(String[]::new));
        RedisCache cache = started(settings(server.port(), 1, "worker", PASSWORD))) {
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                cache.put(KEY, entry("Text"));
                boolean all =
                    cache.get(KEY).isPresent()
                        && cache.deleteAll(_ -> true).equals(new SharedCache.Deletion(1, true));
                String error = cache.health().lastError();
                return !all && error != null && error.startsWith("NOPERM ");
              });
    }
    assertThat(log.all()).doesNotContain(PASSWORD);
  }

  @Test
  void userThatMayOnlyRead_isReadOnly_andOneForOtherKeysIsAnOutage() {
    try (RedisServer server = RedisServers.start();
        RedisClient redis = server.client()) {
      redis.set(
          "explanation:" + KEY, new String(new CacheEntryJson().write(KEY, entry("Text")), UTF_8));
      server.tell("ACL", "SETUSER", "reader", "on", ">" + PASSWORD, "~explanation:*", "+getrange");
      server.tell("ACL", "SETUSER", "stranger", "on", ">" + PASSWORD, "~other:*", "+@all");
      try (RedisCache cache = started(settings(server.port(), 0, "reader", PASSWORD))) {
        await().atMost(PATIENCE).until(() -> cache.health().connected());
        cache.put(key("new"), entry("Text"));
        assertThat(cache.get(KEY)).isPresent();
        assertThat(cache.health().state()).isEqualTo(State.READ_ONLY);
        assertThat(cache.health().lastError()).startsWith("NOPERM ");
      }
      try (RedisCache cache = started(settings(server.port(), 0, "stranger", PASSWORD))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
        assertThat(cache.health().lastError()).startsWith("NOPERM ");
      }
    }
    assertThat(log.all()).doesNotContain(PASSWORD);
  }

  @Test
  void tls_isSpokenToAServerThatTheJvmTrusts_underItsName(@TempDir Path directory)
      throws Exception {
    SSLContext before = SSLContext.getDefault();
    Certificates right = Certificates.create(directory.resolve("right"), "IP:127.0.0.1");
    Certificates wrong = Certificates.create(directory.resolve("wrong"), "DNS:redis.example");
    try (RedisServer server = tlsServer(right);
        RedisServer impostor = tlsServer(wrong)) {
      SSLContext.setDefault(right.trusting(wrong));
      try (RedisCache cache = started(tls(server))) {
        assertUsed(cache);
      }
      int soFar = log.lines().size();
      try (RedisCache cache = started(tls(impostor))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
        assertThat(cache.health().lastError()).contains("subject alternative names");
        log.awaitLines(soFar + 1);
      }
      SSLContext.setDefault(before);
      try (RedisCache cache = started(tls(server))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
        assertThat(cache.health().lastError()).contains("unable to find valid certification path");
      }
      // a server that speaks no TLS
      try (RedisServer plain = RedisServers.start();
          RedisCache cache = started(tls(plain, Duration.ofMillis(200)))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
      }
    } finally {
      SSLContext.setDefault(before);
    }
  }

  @Test
  void authorityOfAFile_isTrusted_underTheServersName_andNoOther(@TempDir Path directory)
      throws Exception {
    Certificates right = Certificates.create(directory.resolve("right"), "IP:127.0.0.1");
    Certificates wrong = Certificates.create(directory.resolve("wrong"), "DNS:redis.example");
    try (RedisServer server = tlsServer(right, "--tls-auth-clients", "no");
        RedisServer impostor = tlsServer(wrong, "--tls-auth-clients", "no")) {
      try (RedisCache cache = started(tls(server, right.certificate()))) {
        assertUsed(cache);
      }
      try (RedisCache cache = started(tls(impostor, wrong.certificate()))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
        assertThat(cache.health().lastError()).contains("subject alternative names");
      }
      try (RedisCache cache = started(tls(server, wrong.certificate()))) {
        await().atMost(PATIENCE).until(() -> cache.health().state() == State.LOST);
        assertThat(cache.health().lastError()).contains("certification path");
      }
    }
    assertThat(log.all()).contains("subject alternative names", "certification path");
  }

  @Test
  void authorityOfAFile_mustBeOne(@TempDir Path directory) throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "no certificate");

    for (Path file : List.of(empty, directory.resolve("missing.pem"))) {
      assertThatExceptionOfType(InvalidSettingsException.class)
          .isThrownBy(() -> RedisTrust.of(file))
          .withMessageStartingWith("REDIS_CA_FILE=" + file + ": must be a readable PEM file");
    }
  }

  private static Settings.Redis tls(RedisServer server, Path caFile) {
    return new Settings.Redis(
        true, "127.0.0.1", server.port(), 0, null, null, true, caFile, TIMEOUT);
  }

  private static RedisServer tlsServer(Certificates certificates, String... more) {
    int port = RedisServers.freePort();
    List<String> arguments = new ArrayList<>(List.of(certificates.serverArguments(port)));
    arguments.addAll(List.of(more));
    return RedisServers.startOn(port, arguments.toArray(String[]::new));
  }

  private static Settings.Redis tls(RedisServer server) {
    return tls(server, TIMEOUT);
  }

  private static Settings.Redis tls(RedisServer server, Duration timeout) {
    return new Settings.Redis(true, "127.0.0.1", server.port(), 0, null, null, true, null, timeout);
  }
}
