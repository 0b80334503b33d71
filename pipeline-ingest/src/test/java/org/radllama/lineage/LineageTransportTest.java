package org.radllama.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.radllama.run.Json;

class LineageTransportTest {
  /** As a proxy does whose server hangs: headers, and a body that never ends. */
  @Test
  @Timeout(30)
  void anAnswerThatNeverEndsHoldsNothing() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().flush();
          asked.countDown();
          try {
            assertThat(over.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    try {
      Map<String, String> environment =
          Map.of("OPENLINEAGE_URL", "http://127.0.0.1:" + server.getAddress().getPort());
      LineageSettings settings =
          LineageSettings.of(key -> Optional.empty(), environment).orElseThrow();
      new LineageTransport(settings, Duration.ofMillis(300)).send(Json.mapper().createObjectNode());
      assertThat(asked.getCount()).isZero();
    } finally {
      over.countDown();
      server.stop(0);
    }
  }
}
