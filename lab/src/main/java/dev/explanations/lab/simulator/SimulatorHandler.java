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

/** Routes requests: calls to the script, {@code /stats} and {@code /behave} to the control. */
final class SimulatorHandler extends Handler.Abstract.NonBlocking {

  private static final int MAX_BODY = 4 * 1024 * 1024;

  /** What is done with a body once it has been read. */
  @FunctionalInterface
  private interface BodyHandler {
    void handle(byte[] body) throws IOException;
  }

  private final ObjectMapper json;
  private final GenerateContent generateContent;
  private final RemoteControl control;
  private final Script script;
  private final Counters counters;

  SimulatorHandler(
      ObjectMapper json,
      GenerateContent generateContent,
      RemoteControl control,
      Script script,
      Counters counters) {
    this.json = json;
    this.generateContent = generateContent;
    this.control = control;
    this.script = script;
    this.counters = counters;
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
      case "DELETE /stats" -> {
        counters.reset();
        exchange.send(200, Exchange.JSON, control.statistics());
      }
      case "POST /behave" -> withBody(request, callback, body -> behave(body, exchange));
      case "DELETE /behave" -> {
        script.forget();
        exchange.send(200, Exchange.JSON, "{}");
      }
      default -> generateContent.notFound(request, response, callback);
    }
    return true;
  }

  private void behave(byte[] body, Exchange exchange) {
    try {
      control.behave(body);
    } catch (IOException | IllegalArgumentException e) {
      exchange.send(
          400,
          Exchange.JSON,
          json.createObjectNode().put("error", String.valueOf(e.getMessage())).toString());
      return;
    }
    exchange.send(200, Exchange.JSON, "{}");
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
