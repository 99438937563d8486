package dev.explanations.lab.simulator;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;

/** Routes requests: calls to the script, the rest to the control. */
final class SimulatorHandler extends Handler.Abstract.NonBlocking {

  private static final int MAX_BODY = 4 * 1024 * 1024;

  /** Handles a request whose body has been read. */
  @FunctionalInterface
  private interface BodyHandler {
    void handle(byte[] body) throws IOException;
  }

  private final ObjectMapper json;
  private final GenerateContent generateContent;
  private final RemoteControl control;

  SimulatorHandler(ObjectMapper json, GenerateContent generateContent, RemoteControl control) {
    this.json = json;
    this.generateContent = generateContent;
    this.control = control;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, callback);
    String path = Request.getPathInContext(request);
    Optional<String> model = GenerateContent.model(path);
    if (model.isPresent() && request.getMethod().equals("POST")) {
      withBody(
          request,
          callback,
          body -> generateContent.handle(model.get(), body, request, response, callback));
      return true;
    }
    switch (request.getMethod() + " " + path) {
      case "GET /stats" -> exchange.send(200, Exchange.JSON, control.statistics());
      case "DELETE /stats" -> exchange.send(200, Exchange.JSON, control.resetStatistics());
      case "POST /behave" -> withBody(request, callback, order(control::behave, exchange));
      case "DELETE /behave" -> {
        control.behaveNormally();
        exchange.send(200, Exchange.JSON, "{}");
      }
      case "POST /scenario" -> withBody(request, callback, order(control::play, exchange));
      case "DELETE /scenario" -> {
        control.stopPlaying();
        exchange.send(200, Exchange.JSON, "{}");
      }
      default -> generateContent.notFound(request, response, callback);
    }
    return true;
  }

  private BodyHandler order(BodyHandler what, Exchange exchange) {
    return body -> {
      try {
        what.handle(body);
      } catch (IOException | IllegalArgumentException e) {
        exchange.send(
            400,
            Exchange.JSON,
            json.createObjectNode().put("error", String.valueOf(e.getMessage())).toString());
        return;
      }
      exchange.send(200, Exchange.JSON, "{}");
    };
  }

  private static void withBody(Request request, Callback callback, BodyHandler handler) {
    Content.Source.asByteArrayAsync(
        request,
        MAX_BODY,
        Promise.Invocable.from(
            InvocationType.NON_BLOCKING,
            body -> {
              try {
                handler.handle(body);
              } catch (IOException e) {
                callback.failed(e);
              }
            },
            callback::failed));
  }
}
