package dev.explanations.worker.acl;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A kind of client that has a principal of its own on the cluster. */
public enum Role {
  WORKER("a worker"),
  REDRIVE("`lab redrive`; a worker may do the same by itself"),
  PRODUCER("a producer of requests"),
  CONSUMER("a consumer of results, in the group that is called like its principal"),
  SUBMIT("`lab submit`, which reads results without a group"),
  WARM("`lab warm`");

  private final String client;

  Role(String client) {
    this.client = client;
  }

  static Optional<Role> named(String name) {
    return Arrays.stream(values()).filter(role -> role.lowerCase().equals(name)).findFirst();
  }

  /** Name on the command line. */
  String lowerCase() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The client that has this role, in words. */
  String client() {
    return client;
  }

  /** Principal unless another one is named. */
  public String principal() {
    return "User:explanation-" + lowerCase();
  }
}
