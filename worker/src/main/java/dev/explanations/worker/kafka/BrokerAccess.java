package dev.explanations.worker.kafka;

import dev.explanations.worker.kafka.ListenerProbe.Listener;
import dev.explanations.worker.settings.Settings;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.security.auth.login.LoginException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Says in one line why the brokers cannot be used, and what to mend. */
public record BrokerAccess(Settings.Kafka kafka) {

  /** Addresses to probe; a list may be long, and each takes its time. */
  private static final int PROBED = 3;

  private static final String LOGIN = "The login cannot be used (KAFKA_SASL_JAAS_CONFIG): ";
  private static final Pattern QUOTED = Pattern.compile("'[^']*'");

  /**
   * Probes the brokers, if the worker speaks no TLS.
   *
   * @throws StartException if a listener speaks TLS
   */
  public void check() {
    if (!tls()) {
      addresses().stream()
          .filter(address -> ListenerProbe.probe(address) == Listener.TLS)
          .findFirst()
          .ifPresent(
              address -> {
                throw new StartException(speaksTls(address));
              });
    }
  }

  /** The same failure; where no broker could be used, with the reason in place of its message. */
  public StartException explained(StartException failure) {
    Optional<String> refusal = refusal(failure);
    if (refusal.isPresent()) {
      return new StartException(refusal.get(), failure);
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TimeoutException late) {
        return new StartException(noAnswer(late), failure);
      }
    }
    return failure;
  }

  /**
   * Reason why a client could not be built; where it is about TLS, which file is at fault. Of a
   * login nothing in quotes is shown: in a login that is misspelt it may be a part of a password.
   */
  public StartException explained(KafkaException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case InvalidConfigurationException invalid -> {
          return new StartException("KAFKA_SSL_*: " + invalid.getMessage(), failure);
        }
        case LoginException refused -> {
          return new StartException(LOGIN + refused.getClass().getSimpleName(), failure);
        }
        case IllegalArgumentException bad
            when String.valueOf(bad.getMessage()).contains("JAAS") -> {
          String words = QUOTED.matcher(String.valueOf(bad.getMessage())).replaceAll("'...'");
          return new StartException(LOGIN + words, failure);
        }
        default -> {}
      }
    }
    return new StartException(String.valueOf(failure.getMessage()), failure);
  }

  /** Reason for a failure, if it came of a refused login or handshake. */
  static Optional<String> refusal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case SaslAuthenticationException refused -> {
          return Optional.of(
              "Kafka refuses the login (KAFKA_SASL_JAAS_CONFIG, KAFKA_SASL_MECHANISM): "
                  + refused.getMessage());
        }
        case SslAuthenticationException refused -> {
          return Optional.of(tlsReason(refused));
        }
        default -> {}
      }
    }
    return Optional.empty();
  }

  private String noAnswer(TimeoutException late) {
    return "No broker of KAFKA_BOOTSTRAP_SERVERS has answered in time: %s (%s)"
        .formatted(String.join("; ", probed()), late.getMessage());
  }

  private static String tlsReason(SslAuthenticationException refused) {
    Throwable root = refused;
    boolean expired = false;
    boolean untrusted = false;
    while (root.getCause() != null) {
      root = root.getCause();
      expired |=
          root instanceof CertificateExpiredException
              || root instanceof CertificateNotYetValidException;
      untrusted |=
          root instanceof CertPathBuilderException || root instanceof CertPathValidatorException;
    }
    String words = String.valueOf(root.getMessage());
    return tlsReason(root, words, expired, untrusted) + ": " + words;
  }

  private static String tlsReason(
      Throwable root, String words, boolean expired, boolean untrusted) {
    if (expired) {
      return "The certificate of Kafka is not valid at this time";
    }
    if (untrusted) {
      return "The certificate of Kafka is signed by no authority that the worker trusts"
          + " (KAFKA_SSL_TRUSTSTORE_LOCATION)";
    }
    if (root instanceof CertificateException) {
      return "The certificate of Kafka is for another host than the one that the worker connects to"
          + " (KAFKA_BOOTSTRAP_SERVERS, advertised.listeners)";
    }
    if (words.contains("fatal alert") && words.contains("certificate")) {
      return "Kafka refuses the worker's certificate, or misses it (KAFKA_SSL_KEYSTORE_LOCATION)";
    }
    return "Kafka and the worker cannot agree on TLS";
  }

  private List<String> probed() {
    return addresses().stream()
        .map(
            address ->
                switch (ListenerProbe.probe(address)) {
                  case UNREACHABLE -> address + " cannot be reached";
                  case UNKNOWN -> address + " does not speak as a broker does";
                  case TLS ->
                      tls() ? address + " speaks TLS, " + loginOrAdvertised() : speaksTls(address);
                  case PLAIN ->
                      tls()
                          ? address + " speaks no TLS, but KAFKA_SECURITY_PROTOCOL is " + protocol()
                          : address + " answers, " + loginOrAdvertised();
                })
        .toList();
  }

  private String speaksTls(String address) {
    return "%s speaks TLS, but KAFKA_SECURITY_PROTOCOL is %s".formatted(address, protocol());
  }

  private String loginOrAdvertised() {
    return protocol().startsWith("SASL")
        ? "perhaps its advertised.listeners cannot be reached"
        : "perhaps it wants a login (KAFKA_SECURITY_PROTOCOL is %s), or its advertised.listeners cannot be reached"
            .formatted(protocol());
  }

  private List<String> addresses() {
    return Arrays.stream(kafka.bootstrapServers().split(",", -1))
        .map(String::strip)
        .limit(PROBED)
        .toList();
  }

  private boolean tls() {
    return protocol().endsWith("SSL");
  }

  private String protocol() {
    return kafka
        .properties()
        .getOrDefault(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "PLAINTEXT")
        .toUpperCase(Locale.ROOT);
  }
}
