package dev.explanations.worker.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers with a problem document what Jetty refuses before Javalin, such as a malformed URL. */
public final class ProblemErrorHandler extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      @Nullable String message,
      @Nullable Throwable cause,
      Callback callback) {
    SecurityHeaders.ALL.forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, JsonBodies.PROBLEM);
    Content.Sink.write(
        response, true, JsonBodies.problem(code, HttpStatus.getMessage(code), ""), callback);
  }

  /** Jetty would answer with a body for GET, POST and HEAD alone. */
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }
}
