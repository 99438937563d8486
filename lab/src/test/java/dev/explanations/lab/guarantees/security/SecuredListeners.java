package dev.explanations.lab.guarantees.security;

import dev.explanations.lab.certificates.Authority;
import dev.explanations.lab.process.FreePort;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.config.ConfigResource;

/**
 * Listeners of a broker beside the plain one that the tests themselves use: by password over TLS,
 * by client certificate, and one whose certificate is for another host.
 */
final class SecuredListeners {

  static final String USER = "explanation-worker";
  static final String HOST = "IP:127.0.0.1";

  private static final String MECHANISM = "scram-sha-512";
  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<String, String> protocols = new HashMap<>();
  private final Map<String, String> properties = new HashMap<>();

  /** Signed the certificates of all listeners. */
  final Authority authority;

  private SecuredListeners(Authority authority)
      throws IOException, InterruptedException, GeneralSecurityException {
    this.authority = authority;
    Path right = authority.issue("broker", HOST);
    add("login", "SASL_SSL", right);
    add("other", "SASL_SSL", authority.issue("other", "DNS:elsewhere.example"));
    add("certificate", "SSL", right);
    properties.put("listener.name.certificate.ssl.client.auth", "required");
    properties.put("listener.name.certificate.ssl.truststore.type", "PEM");
    properties.put("listener.name.certificate.ssl.truststore.location", trusted().toString());
    properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512");
  }

  /** With certificates made for them. */
  static SecuredListeners create(Path directory) {
    try {
      return new SecuredListeners(Authority.create(directory));
    } catch (IOException | InterruptedException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same, and one whose connections log in again every four seconds; for one broker a JVM. */
  static SecuredListeners withRenewing(Path directory) {
    SecuredListeners listeners = create(directory);
    try {
      listeners.add("renewing", "SASL_SSL", listeners.authority.issue("renewing", HOST));
    } catch (IOException | InterruptedException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    listeners.properties.put(named("renewing", MECHANISM + ".connections.max.reauth.ms"), "4000");
    return listeners;
  }

  /** Authority that clients trust, as PEM. */
  Path trusted() {
    return authority.certificate();
  }

  private void add(String listener, String protocol, Path certificate) {
    int port = FreePort.find();
    while (ports.containsValue(port)) {
      port = FreePort.find();
    }
    ports.put(listener, port);
    protocols.put(listener, protocol);
    properties.put(named(listener, "ssl.keystore.type"), "PEM");
    properties.put(named(listener, "ssl.keystore.location"), certificate.toString());
    if (protocol.startsWith("SASL")) {
      properties.put(named(listener, MECHANISM + ".sasl.jaas.config"), MODULE + ";");
    }
  }

  private static String named(String listener, String property) {
    return "listener.name." + listener + "." + property;
  }

  /** The broker's; its plain listener has that port. */
  Map<String, String> properties(int plainPort) {
    int controllerPort = FreePort.find();
    List<String> listeners = new ArrayList<>();
    listeners.add("PLAINTEXT://127.0.0.1:" + plainPort);
    listeners.add("CONTROLLER://127.0.0.1:" + controllerPort);
    ports.forEach((name, port) -> listeners.add(name + "://127.0.0.1:" + port));
    Map<String, String> all = new HashMap<>(properties);
    all.put("listeners", String.join(",", listeners));
    all.put("controller.quorum.voters", "0@127.0.0.1:" + controllerPort);
    all.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,"
            + protocols.entrySet().stream()
                .map(each -> each.getKey() + ":" + each.getValue())
                .collect(Collectors.joining(",")));
    return all;
  }

  String address(String listener) {
    return "127.0.0.1:" + ports.get(listener);
  }

  /** Of the worker's settings: those of a login over TLS. */
  Map<String, String> login(String listener, Path jaasConfig) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        address(listener),
        "KAFKA_SECURITY_PROTOCOL",
        "SASL_SSL",
        "KAFKA_SASL_MECHANISM",
        "SCRAM-SHA-512",
        "KAFKA_SASL_JAAS_CONFIG_FILE",
        jaasConfig.toString(),
        "KAFKA_SSL_TRUSTSTORE_TYPE",
        "PEM",
        "KAFKA_SSL_TRUSTSTORE_LOCATION",
        trusted().toString());
  }

  /** Of the worker's settings: those of a client certificate. */
  Map<String, String> certificate(Path keystore, Path truststore) {
    return Map.of(
        "KAFKA_BOOTSTRAP_SERVERS",
        address("certificate"),
        "KAFKA_SECURITY_PROTOCOL",
        "SSL",
        "KAFKA_SSL_KEYSTORE_TYPE",
        "PEM",
        "KAFKA_SSL_KEYSTORE_LOCATION",
        keystore.toString(),
        "KAFKA_SSL_TRUSTSTORE_TYPE",
        "PEM",
        "KAFKA_SSL_TRUSTSTORE_LOCATION",
        truststore.toString());
  }

  static String jaasConfig(String user, String password) {
    return "%s username=\"%s\" password=\"%s\";".formatted(MODULE, user, password);
  }

  static void setPassword(Admin admin, String user, String password) throws Exception {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), password)))
        .all()
        .get();
  }

  static void removeUser(Admin admin, String user) throws Exception {
    admin
        .alterUserScramCredentials(
            List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512)))
        .all()
        .get();
  }

  /**
   * Gives a running broker another certificate, or other authorities, for new connections.
   *
   * @param which {@code keystore} or {@code truststore}
   */
  static void setStore(Admin admin, String listener, String which, Path file) throws Exception {
    String property = named(listener, "ssl." + which + ".location");
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.BROKER, "0"),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry(property, file.toString()), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  /** How often connections of a listener of this JVM's brokers have logged in again. */
  static long reauthentications(String listener) {
    String names =
        "kafka.server:type=socket-server-metrics,listener=%s,networkProcessor=*"
            .formatted(listener.toUpperCase(Locale.ROOT));
    String attribute = "successful-reauthentication-total";
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    double sum = 0;
    try {
      for (ObjectName name : server.queryNames(new ObjectName(names), null)) {
        for (Attribute found : server.getAttributes(name, new String[] {attribute}).asList()) {
          sum += (double) found.getValue();
        }
      }
    } catch (JMException e) {
      throw new IllegalStateException(e);
    }
    return Math.round(sum);
  }
}
