package org.radllama.deploy.security;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.radllama.deploy.LoggedProcess;

/** Reads the pages of a running application's web interface and its REST interface. */
final class WebInterface {
  private static final Pattern PORT = Pattern.compile("service 'SparkUI' on port ([0-9]+)");
  private static final Pattern LINK = Pattern.compile("(?:href|src)=[\"'](/[^\"'#]*)[\"'#]");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int MOST_PAGES = 150;

  private final HttpClient client = HttpClient.newHttpClient();
  private final LoggedProcess process;
  private String address = "";

  /** The interface of a process whose log says where it is. */
  WebInterface(LoggedProcess process) {
    this.process = process;
  }

  /** Waits until the application has finished some stages. */
  void awaitStages() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IllegalStateException("ended early: " + process.output());
      }
      Matcher matcher = PORT.matcher(process.output());
      if (matcher.find()) {
        address = "http://127.0.0.1:" + matcher.group(1);
        String stages = new String(get(rest() + "/stages?status=complete"), StandardCharsets.UTF_8);
        if (stages.split("\"stageId\"").length > 5) {
          return;
        }
      }
      Thread.sleep(500);
    }
    throw new IllegalStateException("no stages within " + PATIENCE);
  }

  private String rest() throws IOException, InterruptedException {
    String apps = new String(get("/api/v1/applications"), StandardCharsets.UTF_8);
    Matcher id = Pattern.compile("\"id\"\\s*:\\s*\"([^\"]+)\"").matcher(apps);
    return id.find() ? "/api/v1/applications/" + id.group(1) : "/api/v1/applications";
  }

  /** Every page that the interface links to, and what its REST interface tells. */
  Map<String, byte[]> pages() throws IOException, InterruptedException {
    Map<String, byte[]> pages = new TreeMap<>();
    Deque<String> open = new ArrayDeque<>();
    for (String page :
        new String[] {"environment", "jobs", "stages", "executors", "storage", "SQL"}) {
      open.add("/" + page + "/");
    }
    open.add("/executors/threadDump/?executorId=driver");
    open.add("/metrics/json/");
    for (String page : new String[] {"environment", "jobs", "stages", "allexecutors", "sql"}) {
      open.add(rest() + "/" + page + "?details=true&planDescription=true");
    }
    while (!open.isEmpty() && pages.size() < MOST_PAGES) {
      String page = open.remove();
      // A link that ends jobs is no page; what Spark ships is not what this application shows.
      if (pages.containsKey(page) || page.contains("/kill") || page.startsWith("/static/")) {
        continue;
      }
      byte[] bytes = get(page);
      pages.put(page, bytes);
      Matcher links = LINK.matcher(new String(bytes, StandardCharsets.UTF_8));
      while (links.find()) {
        open.add(links.group(1).replace("&amp;", "&"));
      }
    }
    return pages;
  }

  private byte[] get(String page) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + page.replace(" ", "%20")))
            .timeout(Duration.ofSeconds(30))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
  }
}
