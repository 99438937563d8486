package dev.explanations.worker.acl;

import static dev.explanations.worker.acl.Need.CREATION;
import static dev.explanations.worker.acl.Need.OPTIONAL;
import static dev.explanations.worker.acl.Need.REQUIRED;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.explanations.worker.records.FlowTopics;
import dev.explanations.worker.records.RedriveNames;
import dev.explanations.worker.settings.Settings;
import dev.explanations.worker.store.ExplanationStore;
import dev.explanations.worker.store.TaskStores;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The grants of each role, by the settings of a worker. The command line, the documents, the check
 * at the start and the tests all take them from here. {@code Describe} is in none of them, since
 * {@code Read}, {@code Write} and {@code Delete} imply it; {@code IdempotentWrite} neither, since
 * {@code Write} on any topic stands in for it.
 */
public final class Acls {

  private static final String PRINCIPAL_TYPE = "User:";

  private final FlowTopics flow;
  private final String control;
  private final String application;
  private final RedriveNames redrive;

  public Acls(Settings.Topics topics, String applicationId) {
    this.application = applicationId;
    this.flow = FlowTopics.of(topics, applicationId);
    this.control = topics.control();
    this.redrive = RedriveNames.of(applicationId);
  }

  /**
   * Grants of a role for its own principal, on which only those of {@link Role#CONSUMER} depend.
   */
  public List<Grant> of(Role role) {
    return of(role, role.principal());
  }

  /**
   * Grants of a role, each once.
   *
   * @param principal with its type, such as {@code User:worker}
   */
  public List<Grant> of(Role role, String principal) {
    return List.copyOf(
        switch (role) {
          case WORKER -> worker();
          case REDRIVE -> redrive();
          case PRODUCER -> List.of(publish(REQUIRED));
          case CONSUMER -> consumer(principal);
          case SUBMIT -> List.of(publish(REQUIRED), followResults());
          case WARM -> warm();
        });
  }

  private List<Grant> worker() {
    List<Grant> grants = new ArrayList<>();
    // topics that others read or write
    grants.add(topic(flow.requests(), READ, REQUIRED, "reads requests, commits their offsets"));
    grants.add(publish(OPTIONAL));
    grants.add(topic(flow.results(), WRITE, REQUIRED, "writes results"));
    grants.add(topic(flow.deadLetters(), WRITE, REQUIRED, "writes dead letters"));
    grants.add(letters(OPTIONAL));
    // topics that only workers read and write
    for (String queue : List.of(flow.retries(), flow.outcomes())) {
      grants.add(topic(queue, READ, REQUIRED, "reads what it has written there"));
      grants.add(topic(queue, WRITE, REQUIRED, "keeps what waits, or was answered"));
    }
    grants.add(topic(control, READ, REQUIRED, "follows commands and the other workers"));
    grants.add(topic(control, WRITE, REQUIRED, "gives commands, tells that it lives"));
    grants.add(internal(READ, REQUIRED, "reads its queue, restores its state"));
    grants.add(internal(WRITE, REQUIRED, "writes its queue and its state"));
    for (String queue : List.of(flow.accepted(), flow.retries(), flow.outcomes())) {
      grants.add(topic(queue, DELETE, OPTIONAL, "deletes records that it has consumed"));
    }
    grants.add(prune());
    List<String> named =
        List.of(
            flow.requests(),
            flow.results(),
            flow.deadLetters(),
            flow.retries(),
            flow.outcomes(),
            control);
    String sizes = "learns the size of the largest record";
    named.forEach(name -> grants.add(topic(name, DESCRIBE_CONFIGS, OPTIONAL, sizes)));
    grants.add(internal(DESCRIBE_CONFIGS, OPTIONAL, sizes));
    named.forEach(name -> grants.add(topic(name, CREATE, CREATION, "creates it")));
    grants.add(internal(CREATE, CREATION, "creates them"));

    grants.add(grant(GROUP, LITERAL, application, READ, REQUIRED, "is a member, commits offsets"));
    grants.add(jobs(OPTIONAL));
    grants.add(
        grant(
            TRANSACTIONAL_ID,
            PREFIXED,
            application + "-",
            WRITE,
            REQUIRED,
            "commits records and offsets together"));
    return grants;
  }

  private List<Grant> redrive() {
    return List.of(
        publish(REQUIRED),
        topic(
            flow.requests(), DESCRIBE_CONFIGS, OPTIONAL, "learns the size of the largest request"),
        letters(REQUIRED),
        topic(redrive.ledger(), READ, REQUIRED, "knows what was sent back before"),
        topic(redrive.ledger(), WRITE, REQUIRED, "records what was sent back"),
        prune(),
        topic(redrive.ledger(), CREATE, CREATION, "creates it"),
        jobs(REQUIRED),
        grant(
            TRANSACTIONAL_ID,
            LITERAL,
            redrive.transactionalId(),
            WRITE,
            REQUIRED,
            "sends and records together"));
  }

  private List<Grant> consumer(String principal) {
    String group =
        principal.startsWith(PRINCIPAL_TYPE)
            ? principal.substring(PRINCIPAL_TYPE.length())
            : principal;
    return List.of(
        followResults(),
        grant(GROUP, LITERAL, group, READ, REQUIRED, "is a member, commits offsets"));
  }

  private List<Grant> warm() {
    return List.of(
        publish(REQUIRED),
        topic(
            ExplanationStore.changelog(application),
            READ,
            REQUIRED,
            "sees which explanations are there"));
  }

  private Grant publish(Need need) {
    String purpose = need == REQUIRED ? "publishes requests" : "sends dead letters back";
    return topic(flow.requests(), WRITE, need, purpose);
  }

  private Grant followResults() {
    return topic(flow.results(), READ, REQUIRED, "reads results");
  }

  private Grant letters(Need need) {
    return topic(flow.deadLetters(), READ, need, "looks at dead letters, sends them back");
  }

  private Grant prune() {
    return topic(redrive.ledger(), DELETE, OPTIONAL, "deletes entries that nobody needs");
  }

  private Grant jobs(Need need) {
    return grant(
        GROUP, PREFIXED, redrive.groupPrefix(), READ, need, "keeps how far each redrive is");
  }

  private static Grant topic(String name, AclOperation operation, Need need, String purpose) {
    return new Grant(
        new ResourcePattern(TOPIC, name, LITERAL), List.of(name), operation, need, purpose);
  }

  /**
   * On the repartition topic and the changelogs. The ledger of redrives, which has the prefix as
   * well, need not exist.
   */
  private Grant internal(AclOperation operation, Need need, String purpose) {
    List<String> topics = new ArrayList<>(TaskStores.changelogs(application));
    topics.add(flow.accepted());
    return new Grant(
        new ResourcePattern(TOPIC, application + "-", PREFIXED),
        List.copyOf(topics),
        operation,
        need,
        purpose);
  }

  private static Grant grant(
      ResourceType type,
      PatternType pattern,
      String name,
      AclOperation operation,
      Need need,
      String purpose) {
    return new Grant(new ResourcePattern(type, name, pattern), List.of(), operation, need, purpose);
  }
}
