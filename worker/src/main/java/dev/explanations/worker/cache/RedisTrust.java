package dev.explanations.worker.cache;

import dev.explanations.worker.settings.InvalidSettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

/** TLS with a server whose certificate was signed by an authority of {@code REDIS_CA_FILE}. */
final class RedisTrust {

  private RedisTrust() {}

  /**
   * Trusts the authorities of a PEM file, and no others.
   *
   * @throws InvalidSettingsException if the file cannot be read or has no certificate
   */
  static SSLContext of(Path caFile) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate authority : certificates(caFile)) {
        trusted.setCertificateEntry(Integer.toString(trusted.size()), authority);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new InvalidSettingsException(
          List.of(
              "REDIS_CA_FILE=%s: must be a readable PEM file with certificates: %s"
                  .formatted(caFile, e)));
    }
  }

  private static Collection<? extends Certificate> certificates(Path caFile)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(caFile)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (certificates.isEmpty()) {
        throw new CertificateException("no certificate");
      }
      return certificates;
    }
  }

  /** The certificate must be for the host that is connected to. */
  static SSLParameters underItsName() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }
}
