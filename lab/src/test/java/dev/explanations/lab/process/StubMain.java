package dev.explanations.lab.process;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Behaves as the worker's Main does towards the outside: port, probe, signals, exit codes. */
final class StubMain {

  private StubMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    if (environment.containsKey("BAD_SETTING")) {
      System.err.println("BAD_SETTING is not allowed");
      System.exit(2);
    }
    System.out.println("PATH is " + environment.get("PATH"));
    System.out.println("property is " + System.getProperty("stub.property"));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopping")));
    HttpServer server =
        HttpServer.create(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(environment.get("HTTP_PORT"))),
            0);
    server.createContext(
        "/ready",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    new CountDownLatch(1).await();
  }
}
