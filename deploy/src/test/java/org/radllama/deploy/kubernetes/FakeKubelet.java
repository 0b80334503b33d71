package org.radllama.deploy.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Scheduler, kubelet and garbage collector of one node, in their simplest form: a pod that is
 * created becomes a process of this machine with a loopback address of its own, its end becomes the
 * pod's status, a deleted pod's process is told to end, and what an owner leaves behind is deleted.
 */
final class FakeKubelet implements AutoCloseable {
  private final KubernetesClient client;
  private final PodProcess.Image image;
  private final Path folder;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Map<String, Pod> seen = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::loop, "fake-kubelet");
  private volatile boolean stopped;
  private volatile RuntimeException failure;

  private static final class Running {
    private final Process process;
    private final String ip;
    private final Instant started = Instant.now();
    private Instant told;
    private String reported = "Pending";

    Running(Process process, String ip) {
      this.process = process;
      this.ip = ip;
    }

    String phase() {
      return process.isAlive() ? "Running" : process.exitValue() == 0 ? "Succeeded" : "Failed";
    }
  }

  FakeKubelet(KubernetesClient client, PodProcess.Image image, Path folder) {
    this.client = client;
    this.image = image;
    this.folder = folder;
    thread.setDaemon(true);
    thread.start();
  }

  /** Every pod there ever was, as it was created, in the order of creation. */
  List<Pod> pods() {
    if (failure != null) {
      throw failure;
    }
    synchronized (seen) {
      return List.copyOf(seen.values());
    }
  }

  /** The process of a pod, started or ended. */
  Process process(Pod pod) {
    Running found = running.get(pod.getMetadata().getUid());
    return found == null ? null : found.process;
  }

  /** What a pod's process printed. */
  String log(Pod pod) throws IOException {
    return Files.readString(folder(pod).resolve("log"));
  }

  private Path folder(Pod pod) {
    return folder.resolve(pod.getMetadata().getName());
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    running.values().forEach(r -> r.process.destroyForcibly());
  }

  private void loop() {
    while (!stopped) {
      try {
        look();
        Thread.sleep(150);
      } catch (InterruptedException e) {
        return;
      } catch (IOException e) {
        failure = new UncheckedIOException(e);
      } catch (RuntimeException e) {
        if (!stopped) {
          failure = e;
        }
      }
    }
  }

  private void look() throws IOException {
    List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
    Set<String> living =
        pods.stream().map(p -> p.getMetadata().getUid()).collect(Collectors.toSet());
    for (Pod pod : pods) {
      try {
        look(pod, living);
      } catch (KubernetesClientException e) {
        // Spark changed or deleted the pod, or what it needs, meanwhile. The next look sees what is
        // then.
        if (e.getCode() != 409 && e.getCode() != 404) {
          throw e;
        }
      }
    }
  }

  private void look(Pod pod, Set<String> living) throws IOException {
    Running found = running.get(pod.getMetadata().getUid());
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      end(pod, found);
    } else if (orphaned(pod, living)) {
      resource(pod).delete();
    } else if (found == null) {
      start(pod);
    } else {
      String phase = found.phase();
      if (!phase.equals(found.reported)) {
        pod.setStatus(status(pod, found, phase));
        client.resource(pod).updateStatus();
        found.reported = phase;
      }
    }
  }

  private static boolean orphaned(Pod pod, Set<String> living) {
    List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
    return !owners.isEmpty() && owners.stream().noneMatch(o -> living.contains(o.getUid()));
  }

  private void start(Pod pod) throws IOException {
    String namespace = pod.getMetadata().getNamespace();
    boolean mounted =
        pod.getSpec().getVolumes().stream()
            .filter(v -> v.getConfigMap() != null)
            .map(v -> v.getConfigMap().getName())
            .allMatch(n -> client.configMaps().inNamespace(namespace).withName(n).get() != null);
    if (!mounted) {
      return;
    }
    String ip = "127.77.0." + (running.size() + 1);
    Files.createDirectories(folder(pod));
    PodProcess process = new PodProcess(pod, ip, driverIp(pod, ip), folder(pod), client);
    running.put(pod.getMetadata().getUid(), new Running(process.start(image), ip));
    synchronized (seen) {
      seen.put(pod.getMetadata().getUid(), pod);
    }
  }

  private String driverIp(Pod pod, String ownIp) {
    Map<String, String> labels = pod.getMetadata().getLabels();
    if ("driver".equals(labels.get("spark-role"))) {
      return ownIp;
    }
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withLabel("spark-role", "driver")
        .withLabel("spark-app-selector", labels.get("spark-app-selector"))
        .list()
        .getItems()
        .stream()
        .map(driver -> driver.getStatus().getPodIP())
        .findFirst()
        .orElseThrow(() -> PodProcess.gone("the driver of " + pod.getMetadata().getName()));
  }

  /** SIGTERM, the pod's time of grace, SIGKILL; then the pod is gone. */
  private void end(Pod pod, Running found) {
    if (found != null && found.process.isAlive()) {
      Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
      if (found.told == null) {
        found.told = Instant.now();
        found.process.destroy();
      } else if (found.told.plusSeconds(grace == null ? 30 : grace).isBefore(Instant.now())) {
        found.process.destroyForcibly();
      }
      return;
    }
    if (pod.getMetadata().getFinalizers().contains(ApiServer.FINALIZER)) {
      resource(pod)
          .edit(
              p -> {
                p.getMetadata().getFinalizers().remove(ApiServer.FINALIZER);
                return p;
              });
    }
  }

  private PodResource resource(Pod pod) {
    return client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName());
  }

  private static PodStatus status(Pod pod, Running found, String phase) {
    ContainerState state =
        phase.equals("Running") ? running(found) : terminated(found, found.process.exitValue());
    return new PodStatusBuilder(pod.getStatus())
        .withPhase(phase)
        .withPodIP(found.ip)
        .withConditions()
        .addNewCondition()
        .withType("Ready")
        .withStatus(phase.equals("Running") ? "True" : "False")
        .endCondition()
        .withContainerStatuses()
        .addNewContainerStatus()
        .withName(pod.getSpec().getContainers().get(0).getName())
        .withImage(pod.getSpec().getContainers().get(0).getImage())
        .withReady(phase.equals("Running"))
        .withRestartCount(0)
        .withState(state)
        .endContainerStatus()
        .build();
  }

  private static ContainerState running(Running found) {
    return new ContainerStateBuilder()
        .withNewRunning()
        .withStartedAt(found.started.toString())
        .endRunning()
        .build();
  }

  private static ContainerState terminated(Running found, int code) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(code)
        .withReason(code == 0 ? "Completed" : "Error")
        .withStartedAt(found.started.toString())
        .withFinishedAt(Instant.now().toString())
        .endTerminated()
        .build();
  }

  /** Waits until no process of a pod is left. */
  void awaitQuiet() throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (running.values().stream().anyMatch(r -> r.process.isAlive())) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("processes of pods are still running after 60 s");
      }
      Thread.sleep(100);
    }
  }
}
