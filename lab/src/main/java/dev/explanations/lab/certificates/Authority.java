package dev.explanations.lab.certificates;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * A certificate authority, made by the JDK's keytool. Its key is kept in a store beside what it
 * signs, under a password that only this object knows: an authority is replaced, never renewed.
 * Used by one thread.
 */
public final class Authority {

  /** Name of the file with the authority's certificate, as PEM: what clients trust. */
  public static final String CERTIFICATE = "ca.pem";

  private static final String ALIAS = "authority";
  private static final String DAYS = "825";

  private final Path directory;
  private final Path store;
  private final String storePassword = UUID.randomUUID().toString();

  private Authority(Path directory) {
    this.directory = directory;
    this.store = directory.resolve("authority-" + UUID.randomUUID() + ".p12");
  }

  /**
   * Makes one.
   *
   * @param directory created if missing; gets all files
   */
  public static Authority create(Path directory)
      throws IOException, InterruptedException, GeneralSecurityException {
    Authority authority = new Authority(Files.createDirectories(directory));
    authority.keytool(
        "-alias", ALIAS, "-dname", "CN=explanations-" + UUID.randomUUID(), "-ext", "bc:critical");
    write(
        authority.certificate(), pem("CERTIFICATE", authority.certificates(ALIAS)[0].getEncoded()));
    return authority;
  }

  /** The authority's certificate. */
  public Path certificate() {
    return directory.resolve(CERTIFICATE);
  }

  /**
   * Issues a certificate with a new key, for servers and clients.
   *
   * @param name of the file {@code NAME.pem}, and the common name
   * @param alternativeNames as keytool writes them: {@code DNS:kafka}, {@code IP:127.0.0.1}
   * @return the file: the key, the certificate, and the authority's
   */
  public Path issue(String name, String... alternativeNames)
      throws IOException, InterruptedException, GeneralSecurityException {
    String alias = UUID.randomUUID().toString();
    List<String> arguments = new ArrayList<>(List.of("-alias", alias, "-signer", ALIAS));
    arguments.addAll(List.of("-dname", "CN=" + name, "-ext", "eku=serverAuth,clientAuth"));
    if (alternativeNames.length > 0) {
      arguments.addAll(List.of("-ext", "san=" + String.join(",", alternativeNames)));
    }
    keytool(arguments.toArray(String[]::new));
    StringBuilder pem =
        new StringBuilder(
            pem("PRIVATE KEY", load().getKey(alias, storePassword.toCharArray()).getEncoded()));
    for (Certificate certificate : certificates(alias)) {
      pem.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Path file = directory.resolve(name + ".pem");
    write(file, pem.toString());
    return file;
  }

  /** Deletes the authority's key: nothing more can be signed. */
  public void discardKey() throws IOException {
    Files.delete(store);
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keystore", store.toString(), "-storetype", "PKCS12"));
    command.addAll(List.of("-storepass:env", "STORE_PASSWORD"));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", DAYS));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("STORE_PASSWORD", storePassword);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + output.strip());
    }
  }

  private Certificate[] certificates(String alias) throws IOException, GeneralSecurityException {
    return load().getCertificateChain(alias);
  }

  private KeyStore load() throws IOException, GeneralSecurityException {
    KeyStore loaded = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      loaded.load(in, storePassword.toCharArray());
    }
    return loaded;
  }

  /** Readable by its owner alone. */
  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text);
  }

  private static String pem(String type, byte[] der) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, lines, type);
  }
}
