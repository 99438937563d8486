package dev.explanations.worker.settings;

import dev.explanations.worker.settings.Settings.Environment;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code KAFKA_*} variables: properties of the Kafka clients or of Kafka Streams. A variable
 * is the property's name in capitals, with an underscore for every character that is no letter or
 * digit. A name that starts with one of Streams' client prefixes ({@code KAFKA_MAIN_CONSUMER_...})
 * concerns that client of the stream only.
 */
final class KafkaPassThrough {
  static final String PREFIX = "KAFKA_";

  private static final List<String> CLIENT_PREFIXES =
      List.of(
          StreamsConfig.MAIN_CONSUMER_PREFIX,
          StreamsConfig.RESTORE_CONSUMER_PREFIX,
          StreamsConfig.GLOBAL_CONSUMER_PREFIX,
          StreamsConfig.CONSUMER_PREFIX,
          StreamsConfig.PRODUCER_PREFIX,
          StreamsConfig.ADMIN_CLIENT_PREFIX);

  private final Map<String, Property> known = new HashMap<>();

  /**
   * Kafka property that a variable stands for.
   *
   * @param name with a client's prefix, if it has one
   * @param base name without that prefix
   */
  private record Property(String name, String base, ConfigDef.ConfigKey key) {
    boolean secret() {
      return key.type() == ConfigDef.Type.PASSWORD
          || base.matches(".*(password|passphrase|secret|jaas|key|token|credential).*");
    }
  }

  KafkaPassThrough() {
    for (ConfigDef config :
        List.of(
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AdminClientConfig.configDef(),
            StreamsConfig.configDef())) {
      config.configKeys().values().stream().filter(key -> isPublic(key.name)).forEach(this::add);
    }
  }

  /**
   * Returns the accepted properties, by property name. Each refused one is recorded as a problem in
   * {@code values}.
   *
   * @param environment in production, unknown names about security are refused
   * @param ignored receives the variables that name no property of Kafka
   */
  Map<String, String> read(Values values, Environment environment, List<String> ignored) {
    Map<String, String> properties = new TreeMap<>();
    for (Map.Entry<String, String> set : new TreeMap<>(values.texts()).entrySet()) {
      String variable = set.getKey();
      if (!variable.startsWith(PREFIX) || variable.equals(KafkaSettings.BOOTSTRAP_SERVERS.name())) {
        continue;
      }
      // as Kafka's own parser does
      String text = set.getValue().strip();
      String name = variable;
      Property property = known.get(variable);
      if (property == null && variable.endsWith("_FILE")) {
        name = variable.substring(0, variable.length() - "_FILE".length());
        property = known.get(name);
        if (property != null && property.secret()) {
          text = values.secretText(name, variable);
        } else {
          property = null;
        }
      }
      if (property == null) {
        if (environment == Environment.PRODUCTION && PassThroughRules.isAboutSecurity(variable)) {
          values.problem(
              "%s: means nothing to Kafka's clients, and in production a misspelt name must not"
                      .formatted(variable)
                  + " leave a connection unsafe");
        }
        ignored.add(variable);
      } else if (text != null && accepted(values, name, property, text)) {
        properties.put(property.name(), text);
        values.inForce(property.name(), property.secret() ? new Secret("").toString() : text);
      }
    }
    return properties;
  }

  private static boolean accepted(Values values, String variable, Property property, String text) {
    String refused = PassThroughRules.refusal(property.name(), property.base());
    if (refused != null) {
      values.problem("%s: must not be set (%s)".formatted(variable, refused));
      return false;
    }
    try {
      ConfigDef.ConfigKey key = property.key();
      Object parsed = ConfigDef.parseType(property.base(), text, key.type());
      if (key.validator != null) {
        key.validator.ensureValid(property.base(), parsed);
      }
      @Nullable Long minimum = PassThroughRules.minimum(property.base());
      if (minimum != null && parsed instanceof Number number && number.longValue() < minimum) {
        values.problem(
            "%s=%s: must be at least %d".formatted(variable, Values.quoted(text), minimum));
        return false;
      }
      return true;
    } catch (ConfigException e) {
      values.problem(
          "%s%s: must be %s"
              .formatted(
                  variable,
                  property.secret() ? " (value hidden)" : "=" + Values.quoted(text),
                  allowed(property)));
      return false;
    }
  }

  private static String allowed(Property property) {
    String type = "a value of type " + property.key().type().name().toLowerCase(Locale.ROOT);
    ConfigDef.@Nullable Validator validator = property.key().validator;
    return validator == null ? type : type + ": " + validator;
  }

  private static boolean isPublic(String name) {
    return !name.startsWith("internal.") && !name.startsWith("__");
  }

  private void add(ConfigDef.ConfigKey key) {
    known.putIfAbsent(variable(key.name), new Property(key.name, key.name, key));
    for (String prefix : CLIENT_PREFIXES) {
      String name = prefix + key.name;
      known.putIfAbsent(variable(name), new Property(name, key.name, key));
    }
  }

  private static String variable(String property) {
    return PREFIX + property.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }
}
