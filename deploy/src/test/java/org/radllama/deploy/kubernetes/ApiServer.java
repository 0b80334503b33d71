package org.radllama.deploy.kubernetes;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Headers;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;
import okio.Buffer;

/**
 * fabric8's mock of an API server, with what it lacks for Spark: server-side apply, a status for
 * new pods, and deletion that waits for the kubelet. It keeps objects and sends events; it checks
 * no schema, no rights, no quota.
 *
 * <p>Who asks for what is recorded, by the host name under which a caller knows this server: {@link
 * #SUBMITTER}, {@link #DRIVER}, {@link #KUBELET}.
 */
final class ApiServer implements AutoCloseable {
  static final String SUBMITTER = "127.0.0.1";
  static final String DRIVER = "localhost";
  static final String KUBELET = "127.0.0.2";

  /** While a pod has it, deleting the pod only marks it, as it is while its processes end. */
  static final String FINALIZER = "radllama.test/kubelet";

  /** It logs each request, and each connection that its client closes. */
  private static final Logger LOG = Logger.getLogger(MockWebServer.class.getName());

  private final KubernetesMockServer server;
  private final Set<String> requests = new ConcurrentSkipListSet<>();

  ApiServer() throws UnknownHostException {
    LOG.setLevel(Level.OFF);
    server =
        new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new Crud(), false);
    server.init(InetAddress.getByName("0.0.0.0"), 0);
  }

  /** The server's address as this caller knows it. */
  String address(String caller) {
    return "http://" + caller + ":" + server.getPort();
  }

  KubernetesClient client() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl(address(KUBELET))
            .withRequestTimeout(20_000)
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** What this caller asked for, as {@code VERB RESOURCE} in the words of RBAC, sorted. */
  Set<String> asked(String caller) {
    Set<String> asked = new TreeSet<>();
    for (String request : requests) {
      if (request.startsWith(caller + " ")) {
        asked.add(request.substring(caller.length() + 1));
      }
    }
    return asked;
  }

  @Override
  public void close() {
    server.destroy();
  }

  private void record(RecordedRequest request) {
    String path = request.getPath().replaceAll("\\?.*", "");
    String[] parts = path.split("/namespaces/[^/]+/", 2);
    if (parts.length < 2) {
      requests.add(caller(request) + " " + request.getMethod() + " " + path);
      return;
    }
    String[] resource = parts[1].split("/");
    boolean watch = request.getPath().contains("watch=true");
    record(request, verb(request, watch, resource.length > 1));
  }

  private void record(RecordedRequest request, String verb) {
    String resource = request.getPath().replaceAll(".*/namespaces/[^/]+/|[/?].*", "");
    requests.add(caller(request) + " " + verb + " " + resource);
  }

  private static String caller(RecordedRequest request) {
    return String.valueOf(request.getHeader("Host")).replaceAll(":.*", "");
  }

  private static String verb(RecordedRequest request, boolean watch, boolean named) {
    String method = request.getMethod().toUpperCase(Locale.ROOT);
    return switch (method) {
      case "GET" -> watch ? "watch" : named ? "get" : "list";
      case "DELETE" -> named ? "delete" : "deletecollection";
      case "POST" -> "create";
      case "PUT" -> "update";
      default -> method.toLowerCase(Locale.ROOT);
    };
  }

  private final class Crud extends KubernetesCrudDispatcher {
    @Override
    public MockResponse dispatch(RecordedRequest request) {
      record(request);
      return super.dispatch(request);
    }

    @Override
    public MockResponse handleCreate(RecordedRequest request) {
      if (!request.getPath().matches(".*/pods(\\?.*)?")) {
        return super.handleCreate(request);
      }
      Pod pod = Serialization.unmarshal(request.getBody().clone().readUtf8(), Pod.class);
      Pod pending =
          new PodBuilder(pod)
              .editMetadata()
              .addToFinalizers(FINALIZER)
              .endMetadata()
              .withNewStatus()
              .withPhase("Pending")
              .withStartTime(Instant.now().toString())
              .endStatus()
              .build();
      return super.handleCreate(request("POST", request.getPath(), Serialization.asJson(pending)));
    }

    /** Server-side apply creates or replaces. */
    @Override
    public MockResponse handlePatch(RecordedRequest request) {
      if (!String.valueOf(request.getHeader("Content-Type")).contains("apply-patch")) {
        return super.handlePatch(request);
      }
      String path = request.getPath().replaceAll("\\?.*", "");
      String body =
          Serialization.asJson(
              Serialization.unmarshal(
                  request.getBody().readUtf8(), GenericKubernetesResource.class));
      boolean there = !super.handleGet(path).getStatus().contains(" 404 ");
      if (!there) {
        // For which a real server wants to see this right beside the one to patch.
        record(request, "create");
      }
      return there
          ? super.handleUpdate(request("PUT", path, body))
          : super.handleCreate(request("POST", path.replaceAll("/[^/]*$", ""), body));
    }

    /** A watch begins with what there is; nothing may come or go while that is read. */
    @Override
    public MockResponse handleWatch(String path) {
      MockResponse watch = super.handleWatch(path);
      WebSocketListener listener = watch.getWebSocketListener();
      return listener == null
          ? watch
          : new MockResponse().withWebSocketUpgrade(new Guarded(listener, getMap()));
    }

    private RecordedRequest request(String method, String path, String body) {
      return new RecordedRequest(
          method + " " + path + " HTTP/1.1",
          Headers.of("Content-Type", "application/json"),
          List.of(),
          body.length(),
          new Buffer().writeUtf8(body),
          0,
          new Socket());
    }
  }

  private static final class Guarded extends WebSocketListener {
    private final WebSocketListener listener;
    private final Object guard;

    Guarded(WebSocketListener listener, Object guard) {
      this.listener = listener;
      this.guard = guard;
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
      synchronized (guard) {
        listener.onOpen(socket, response);
      }
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
      listener.onMessage(socket, text);
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
      listener.onClosing(socket, code, reason);
    }

    @Override
    public void onClosed(WebSocket socket, int code, String reason) {
      listener.onClosed(socket, code, reason);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable failure, Response response) {
      listener.onFailure(socket, failure, response);
    }
  }
}
