package dev.explanations.worker.cache;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-made certificate and its key, made by the JDK's keytool. */
public final class Certificates {

  private static final String ALIAS = "redis";
  private static final char[] STORE_PASSWORD = "changeit".toCharArray();

  private final KeyStore store;
  private final Path certificate;
  private final Path key;

  private Certificates(KeyStore store, Path directory)
      throws IOException, GeneralSecurityException {
    this.store = store;
    this.certificate = pem(directory, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
    this.key = pem(directory, "PRIVATE KEY", store.getKey(ALIAS, STORE_PASSWORD).getEncoded());
  }

  /**
   * Makes one.
   *
   * @param name as keytool writes it, for instance {@code DNS:redis.example}
   */
  public static Certificates create(Path directory, String name)
      throws IOException, InterruptedException, GeneralSecurityException {
    Path file = Files.createDirectories(directory).resolve("store.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(STORE_PASSWORD),
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + directory.getFileName(),
                "-ext",
                "san=" + name)
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new AssertionError(output);
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, STORE_PASSWORD);
    }
    return new Certificates(store, directory);
  }

  private static Path pem(Path directory, String what, byte[] der) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        directory.resolve(what),
        "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, lines, what));
  }

  /** The certificate as a PEM file. */
  public Path certificate() {
    return certificate;
  }

  /** Its key as a PEM file, without a password. */
  public Path key() {
    return key;
  }

  /** For a server that speaks nothing but TLS, and wants a certificate of its clients too. */
  String[] serverArguments(int port) {
    return new String[] {
      "--port", "0",
      "--tls-port", String.valueOf(port),
      "--tls-cert-file", certificate.toString(),
      "--tls-key-file", key.toString(),
      "--tls-ca-cert-file", certificate.toString(),
    };
  }

  /** For a client that shows this certificate, and trusts it and another. */
  public SSLContext trusting(Certificates other) throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("this", store.getCertificate(ALIAS));
    trusted.setCertificateEntry("other", other.store.getCertificate(ALIAS));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, STORE_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }
}
