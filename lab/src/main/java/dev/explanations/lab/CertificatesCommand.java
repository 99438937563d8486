package dev.explanations.lab;

import dev.explanations.lab.certificates.Authority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "certificates",
    description = {
      "Makes an authority and certificates for a trial: ca.pem, and NAME.pem with key and chain.",
      "Does nothing where all are. The authority's key is not kept: all or none are made."
    },
    mixinStandardHelpOptions = true)
final class CertificatesCommand implements Callable<Integer> {

  @Option(names = "--dir", required = true, description = "Where the files are put.")
  private Path directory = Path.of("");

  @Parameters(
      arity = "1..*",
      paramLabel = "NAME=SUBJECTS",
      description = "For instance broker=DNS:kafka,DNS:localhost")
  private Map<String, String> subjects = Map.of();

  private boolean isThere(String name) {
    return Files.exists(directory.resolve(name + ".pem"));
  }

  @Override
  public Integer call() throws Exception {
    if (subjects.keySet().stream().allMatch(this::isThere)) {
      System.out.println("all certificates are there");
      return 0;
    }
    Authority authority = Authority.create(directory);
    for (Map.Entry<String, String> subject : subjects.entrySet()) {
      Path file = authority.issue(subject.getKey(), subject.getValue().split(",", -1));
      System.out.println(file + " made");
    }
    authority.discardKey();
    return 0;
  }
}
