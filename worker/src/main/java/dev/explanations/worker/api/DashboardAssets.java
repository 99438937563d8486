package dev.explanations.worker.api;

import dev.explanations.worker.http.ControlAccess;
import dev.explanations.worker.http.Problem;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the dashboard's page and files from the jar. The page reads the API like any other client.
 * Thread-safe.
 */
final class DashboardAssets {
  private static final String PAGE = "index.html";

  /** Has no slash and one dot, so that no name leads out of the directory. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]+\\.([a-z]+)");

  private static final Map<String, String> TYPES =
      Map.of(
          "css", "text/css;charset=utf-8",
          "js", "text/javascript;charset=utf-8",
          "svg", "image/svg+xml");

  /** By name; holds only files that exist, so it cannot outgrow the directory. */
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  void addTo(RoutesConfig routes) {
    OpsServer.addReading(routes, "/", this::page);
    OpsServer.addReading(routes, "/assets/{file}", this::asset);
  }

  private void page(Context context) {
    Asset page = find(PAGE);
    if (page == null) {
      throw new IllegalStateException("the jar has no dashboard");
    }
    context.contentType("text/html;charset=utf-8").result(page.content);
  }

  private void asset(Context context) {
    String name = context.pathParam("file");
    Matcher matcher = NAME.matcher(name);
    String type = matcher.matches() ? TYPES.get(matcher.group(1)) : null;
    Asset asset = type == null ? null : find(name);
    if (type == null || asset == null) {
      throw new Problem(404, "The dashboard has no such file.");
    }
    // revalidated each time, so that the files always belong together, but seldom sent
    context.header("Cache-Control", "no-cache");
    context.header("ETag", asset.tag);
    if (asset.tag.equals(context.header("If-None-Match"))) {
      context.status(304);
    } else {
      context.contentType(type).result(asset.content);
    }
  }

  private @Nullable Asset find(String name) {
    return assets.computeIfAbsent(name, Asset::load);
  }

  /**
   * @param tag weak, since the same file is also sent compressed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Asset(byte[] content, String tag) {

    /** {@code null} if the jar has no such file. */
    static @Nullable Asset load(String name) {
      try (InputStream file = DashboardAssets.class.getResourceAsStream("/dashboard/" + name)) {
        if (file == null) {
          return null;
        }
        byte[] content = file.readAllBytes();
        String hash = HexFormat.of().formatHex(ControlAccess.sha256(content), 0, 8);
        return new Asset(content, "W/\"" + hash + "\"");
      } catch (IOException e) {
        throw new UncheckedIOException("the jar cannot be read", e);
      }
    }
  }
}
