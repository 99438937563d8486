package dev.explanations.worker.acl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.explanations.worker.settings.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.ResourcePattern;

/** Prints grants: as commands, as JSON, as tables for a document. */
public final class AclPrinter {

  private static final String JSON = "--json";

  private final Acls acls;
  private final String bootstrapServers;

  public AclPrinter(Settings settings) {
    this.acls = new Acls(settings.topics(), settings.streams().applicationId());
    this.bootstrapServers = settings.kafka().bootstrapServers();
  }

  /** Roles to print, each with its principal. */
  private record Asked(boolean json, Map<Role, String> principals) {}

  /**
   * Prints what arguments behind {@code --acls} ask for: all roles, or one.
   *
   * @return empty if these arguments are not understood
   */
  public Optional<String> print(List<String> arguments) {
    return asked(arguments)
        .map(asked -> asked.json() ? json(asked.principals()) : commands(asked.principals()));
  }

  private static Optional<Asked> asked(List<String> arguments) {
    boolean json = arguments.contains(JSON);
    List<String> rest = arguments.stream().filter(each -> !each.equals(JSON)).toList();
    if (rest.isEmpty()) {
      Map<Role, String> all = new LinkedHashMap<>();
      Arrays.stream(Role.values()).forEach(role -> all.put(role, role.principal()));
      return Optional.of(new Asked(json, all));
    }
    if (rest.size() > 2) {
      return Optional.empty();
    }
    return Role.named(rest.getFirst())
        .map(role -> Map.of(role, rest.size() == 2 ? principal(rest.getLast()) : role.principal()))
        .map(principals -> new Asked(json, principals));
  }

  private static String principal(String name) {
    return name.contains(":") ? name : "User:" + name;
  }

  /** A command for each resource. */
  private String commands(Map<Role, String> principals) {
    StringBuilder text = new StringBuilder();
    principals.forEach(
        (role, principal) -> {
          text.append("# ").append(role.lowerCase()).append(": ");
          text.append(role.client().replace("`", "")).append('\n');
          byResource(acls.of(role, principal))
              .forEach((resource, grants) -> text.append(command(principal, resource, grants)));
        });
    return text.toString();
  }

  private String command(String principal, ResourcePattern resource, List<Grant> grants) {
    String operations =
        grants.stream()
            .map(grant -> "--operation " + Grant.name(grant.operation()))
            .collect(Collectors.joining(" "));
    String option =
        switch (resource.resourceType()) {
          case GROUP -> "--group";
          case TRANSACTIONAL_ID -> "--transactional-id";
          default -> "--topic";
        };
    return "kafka-acls.sh --bootstrap-server %s --command-config admin.properties --add %s %s %s %s%s\n"
        .formatted(
            quoted(bootstrapServers),
            "--allow-principal " + quoted(principal),
            operations,
            option,
            quoted(resource.name()),
            grants.getFirst().isPrefixed() ? " --resource-pattern-type prefixed" : "");
  }

  /** For a shell. */
  private static String quoted(String text) {
    return text.matches("[\\w:.=,@/-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }

  /** An element of {@link #json}. */
  private record Printed(
      String role,
      String principal,
      String host,
      String permission,
      String operation,
      String resourceType,
      String resourceName,
      String patternType,
      String purpose,
      String without) {}

  private String json(Map<Role, String> principals) {
    List<Printed> all = new ArrayList<>();
    principals.forEach(
        (role, principal) ->
            acls.of(role, principal).forEach(grant -> all.add(printed(role, principal, grant))));
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(all);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Printed printed(Role role, String principal, Grant grant) {
    return new Printed(
        role.lowerCase(),
        principal,
        Grant.ANY_HOST,
        AclPermissionType.ALLOW.name(),
        grant.operation().name(),
        grant.resource().resourceType().name(),
        grant.resource().name(),
        grant.resource().patternType().name(),
        grant.purpose(),
        grant.need().without());
  }

  private static Map<ResourcePattern, List<Grant>> byResource(List<Grant> grants) {
    return grants.stream()
        .collect(Collectors.groupingBy(Grant::resource, LinkedHashMap::new, Collectors.toList()));
  }

  /** A table for each role. */
  String markdown() {
    return Arrays.stream(Role.values()).map(this::table).collect(Collectors.joining("\n"));
  }

  private String table(Role role) {
    StringBuilder table = new StringBuilder();
    table.append("### `%s`: %s\n\n".formatted(role.lowerCase(), role.client()));
    table.append(
        "| on | operation | with it, the client | without it, the client |\n|---|---|---|---|\n");
    byResource(acls.of(role)).values().stream()
        .flatMap(List::stream)
        .forEach(
            grant ->
                table.append(
                    "| %s | `%s` | %s | %s |\n"
                        .formatted(
                            on(grant),
                            Grant.name(grant.operation()),
                            grant.purpose(),
                            grant.need().without())));
    return table.toString();
  }

  private static String on(Grant grant) {
    String type = grant.resource().resourceType().name().toLowerCase(Locale.ROOT);
    return "%s%s `%s%s`"
        .formatted(
            type.replace('_', ' '),
            grant.isPrefixed() ? "s" : "",
            grant.resource().name(),
            grant.isPrefixed() ? "*" : "");
  }
}
