package org.radllama.eval.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.radllama.run.Json;

/** A headless Chromium with one page, driven by its DevTools protocol. */
public final class Chromium implements AutoCloseable {
  private static final Map<String, Integer> CODES =
      Map.of("ArrowDown", 40, "ArrowUp", 38, "Escape", 27);
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger ids = new AtomicInteger();
  private String session = "";

  private Chromium(Process process, String address) {
    this.process = process;
    this.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create(address), new Messages())
            .join();
  }

  /** The program, if this machine has it. */
  public static Optional<Path> find() {
    String named = System.getProperty("radllama.chromium");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    return Stream.of(System.getenv("PATH").split(":"))
        .flatMap(
            dir ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(dir, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it with a profile of its own. */
  public static Chromium start(Path program, Path profile) throws IOException {
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                // Tests run as root in containers, where the sandbox cannot be set up.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                "about:blank")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    CompletableFuture<String> address = new CompletableFuture<>();
    Thread reader = new Thread(() -> readErrors(process, address), "chromium-errors");
    reader.setDaemon(true);
    reader.start();
    try {
      Chromium browser =
          new Chromium(process, address.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
      browser.open();
      return browser;
    } catch (RuntimeException e) {
      end(process);
      throw e;
    }
  }

  private static void readErrors(Process process, CompletableFuture<String> address) {
    try (BufferedReader lines = process.errorReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("DevTools listening on ")) {
          address.complete(line.substring("DevTools listening on ".length()).strip());
        }
      }
    } catch (IOException e) {
      // It ended; whoever waits is told below.
    }
    address.completeExceptionally(new IllegalStateException("Chromium ended before it listened"));
  }

  private void open() {
    String target = call("Target.createTarget", "url", "about:blank").get("targetId").asText();
    session =
        call("Target.attachToTarget", "targetId", target, "flatten", true)
            .get("sessionId")
            .asText();
    for (String domain : List.of("Page", "Runtime", "Network", "Log", "DOM")) {
      call(domain + ".enable");
    }
  }

  /** A command with the names and values of its parameters; its result. */
  public JsonNode call(String method, Object... parameters) {
    ObjectNode message = Json.mapper().createObjectNode();
    int id = ids.incrementAndGet();
    message.put("id", id).put("method", method);
    boolean ofBrowser = method.startsWith("Target.") || method.startsWith("Browser.");
    if (!ofBrowser) {
      message.put("sessionId", session);
    }
    ObjectNode node = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      node.set(parameters[i].toString(), Json.mapper().valueToTree(parameters[i + 1]));
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    socket.sendText(message.toString(), true).join();
    return answer.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** The value of an expression in the page, its promise awaited. */
  public JsonNode value(String expression) {
    JsonNode answer =
        call(
            "Runtime.evaluate",
            "expression",
            expression,
            "returnByValue",
            true,
            "awaitPromise",
            true);
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(answer.get("exceptionDetails").toString());
    }
    return answer.path("result").path("value");
  }

  /** Goes to an address and waits for its load. */
  public void go(String url) {
    int before = events("Page.loadEventFired").size();
    call("Page.navigate", "url", url);
    await(() -> events("Page.loadEventFired").size() > before, "the load of " + url);
  }

  /** Loads the page again. */
  void reload() {
    int before = events("Page.loadEventFired").size();
    call("Page.reload");
    await(() -> events("Page.loadEventFired").size() > before, "the reload");
  }

  /** Presses and lets go of a key; one that writes is named by what it writes. */
  void press(String key) {
    // Of other marks the code would be another key's: a comma's is that of Print.
    int code =
        key.matches("[A-Za-z0-9 ]")
            ? key.toUpperCase(Locale.ROOT).charAt(0)
            : CODES.getOrDefault(key, 0);
    List<Object> down =
        new ArrayList<>(List.of("type", "keyDown", "key", key, "windowsVirtualKeyCode", code));
    if (key.length() == 1) {
      down.addAll(List.of("text", key));
    }
    call("Input.dispatchKeyEvent", down.toArray());
    call("Input.dispatchKeyEvent", "type", "keyUp", "key", key, "windowsVirtualKeyCode", code);
  }

  /** Clicks in the middle of the first element of a selector whose text begins so. */
  void click(String selector, String text) {
    JsonNode at =
        value(
            "(() => { const e = [...document.querySelectorAll(%s)].find(x => x.textContent.startsWith(%s) && x.offsetParent); e.scrollIntoView({block: 'center'}); const b = e.getBoundingClientRect(); return {x: b.x + b.width / 2, y: b.y + b.height / 2}; })()"
                .formatted(quoted(selector), quoted(text)));
    for (String type : List.of("mousePressed", "mouseReleased")) {
      call(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          at.get("x").asDouble(),
          "y",
          at.get("y").asDouble(),
          "button",
          "left",
          "clickCount",
          1);
    }
  }

  static String quoted(String text) {
    return Json.mapper().getNodeFactory().textNode(text).toString();
  }

  /** Where downloads go; a finished one is an event. */
  void downloadsTo(Path directory) {
    call(
        "Browser.setDownloadBehavior",
        "behavior",
        "allow",
        "downloadPath",
        directory.toString(),
        "eventsEnabled",
        true);
  }

  /** Waits for the given number of finished downloads. */
  void awaitDownloads(int n) {
    await(
        () ->
            events("Browser.downloadProgress").stream()
                    .filter(e -> e.path("state").asText().equals("completed"))
                    .count()
                >= n,
        n + " downloads");
  }

  /** Sets the window and light or dark. */
  public void screen(int width, int height, String scheme) {
    call(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        false);
    call(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(Map.of("name", "prefers-color-scheme", "value", scheme)));
  }

  /** A picture of the window as PNG. */
  public byte[] screenshot() {
    return Base64.getDecoder()
        .decode(call("Page.captureScreenshot", "format", "png").get("data").asText());
  }

  /** Parameters of all events so far of a kind. */
  List<JsonNode> events(String method) {
    return events.stream()
        .filter(e -> e.path("method").asText().equals(method))
        .map(e -> e.path("params"))
        .toList();
  }

  void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IllegalStateException("waited in vain for " + what);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    socket.abort();
    end(process);
  }

  /** With all that it started, and nothing else. */
  private static void end(Process process) {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly();
    children.forEach(ProcessHandle::destroyForcibly);
    // The profile is deleted next, so nobody may write there any more.
    process.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    children.forEach(c -> c.onExit().orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join());
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    private void take(String message) {
      try {
        JsonNode node = Json.mapper().readTree(message);
        if (!node.has("id")) {
          events.add(node);
        } else if (node.has("error")) {
          pending
              .remove(node.get("id").asInt())
              .completeExceptionally(new IllegalStateException(node.get("error").toString()));
        } else {
          pending.remove(node.get("id").asInt()).complete(node.get("result"));
        }
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
