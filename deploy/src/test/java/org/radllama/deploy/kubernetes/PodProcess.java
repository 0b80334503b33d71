package org.radllama.deploy.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapVolumeSource;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pod's container as a process of this machine: the image's entry point, the pod's arguments and
 * environment.
 */
final class PodProcess {
  private final Pod pod;
  private final String ip;
  private final String driverIp;
  private final Path folder;
  private final KubernetesClient client;

  /**
   * An image and the storage beside it.
   *
   * @param entrypoint the script that starts every container
   * @param paths the image's folders, and where they lie here
   * @param environment the image's variables
   * @param claims where each persistent volume claim's volume lies here
   */
  record Image(
      Path entrypoint,
      Map<String, String> paths,
      Map<String, String> environment,
      Map<String, Path> claims) {}

  /**
   * @param ip the pod's own address
   * @param driverIp the address of the driver that the pod belongs to, perhaps its own
   * @param folder where the pod's volumes and its log come to lie
   */
  PodProcess(Pod pod, String ip, String driverIp, Path folder, KubernetesClient client) {
    this.pod = pod;
    this.ip = ip;
    this.driverIp = driverIp;
    this.folder = folder;
    this.client = client;
  }

  /** What a server says of an object that is not there. */
  static KubernetesClientException gone(String what) {
    return new KubernetesClientException("gone: " + what, 404, null);
  }

  /** Lays the volumes out and starts the process. */
  Process start(Image image) throws IOException {
    Container container = pod.getSpec().getContainers().get(0);
    PodPaths paths = volumes(container, image);
    List<String> command = new ArrayList<>(List.of(image.entrypoint().toString()));
    container.getArgs().forEach(argument -> command.add(paths.here(argument)));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(List.of("PATH"));
    // As in a pod, whose host name leads to its own address.
    environment.put("SPARK_LOCAL_IP", ip);
    image.environment().forEach((name, value) -> environment.put(name, paths.here(value)));
    for (EnvVar variable : container.getEnv()) {
      environment.put(variable.getName(), paths.here(resolve(value(variable))));
    }
    if (container.getResources().getLimits().containsKey("nvidia.com/gpu")) {
      // As with the device plugin: the container sees its own GPU alone, as number 0.
      environment.put("CUDA_VISIBLE_DEVICES", "0");
    }
    return builder
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .redirectInput(new File("/dev/null"))
        .start();
  }

  private String value(EnvVar variable) {
    EnvVarSource source = variable.getValueFrom();
    if (source == null) {
      return variable.getValue() == null ? "" : variable.getValue();
    }
    if (source.getSecretKeyRef() != null) {
      String encoded =
          client
              .secrets()
              .inNamespace(pod.getMetadata().getNamespace())
              .withName(source.getSecretKeyRef().getName())
              .get()
              .getData()
              .get(source.getSecretKeyRef().getKey());
      return new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    }
    String field = source.getFieldRef().getFieldPath();
    return switch (field) {
      case "status.podIP" -> ip;
      case "metadata.name" -> pod.getMetadata().getName();
      default -> throw new IllegalStateException("a field this kubelet does not know: " + field);
    };
  }

  /** The cluster's DNS. The one service of an application leads to its driver. */
  private String resolve(String text) {
    return text.replaceAll("[a-z0-9-]+\\." + pod.getMetadata().getNamespace() + "\\.svc", driverIp);
  }

  private PodPaths volumes(Container container, Image image) throws IOException {
    Map<String, Path> places = new HashMap<>();
    for (Volume volume : pod.getSpec().getVolumes()) {
      places.put(volume.getName(), place(volume, image.claims()));
    }
    Map<String, String> real = new HashMap<>(image.paths());
    for (VolumeMount mount : container.getVolumeMounts()) {
      real.put(mount.getMountPath(), places.get(mount.getName()).toString());
    }
    PodPaths paths = new PodPaths(real);
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (volume.getConfigMap() != null) {
        write(volume.getConfigMap(), places.get(volume.getName()), paths);
      }
    }
    return paths;
  }

  private Path place(Volume volume, Map<String, Path> claims) throws IOException {
    return volume.getPersistentVolumeClaim() != null
        ? claims.get(volume.getPersistentVolumeClaim().getClaimName())
        : Files.createDirectories(folder.resolve("volumes").resolve(volume.getName()));
  }

  private void write(ConfigMapVolumeSource source, Path target, PodPaths paths) throws IOException {
    String namespace = pod.getMetadata().getNamespace();
    ConfigMap map = client.configMaps().inNamespace(namespace).withName(source.getName()).get();
    if (map == null) {
      throw gone(source.getName());
    }
    for (KeyToPath item : source.getItems()) {
      String text = map.getData().get(item.getKey());
      boolean settings = item.getKey().equals("spark.properties");
      Files.writeString(target.resolve(item.getPath()), settings ? settings(paths, text) : text);
    }
  }

  /**
   * Paths in the settings that the driver's own process reads, or hands to executors by word of
   * mouth; the others go into executors' pods as they are.
   */
  private String settings(PodPaths paths, String text) {
    StringBuilder lines = new StringBuilder();
    for (String line : text.split("\n")) {
      boolean own =
          line.matches(
              "spark\\.(jars|driver\\..*|kubernetes\\.executor\\.podTemplateFile"
                  + "|executor\\.resource\\.gpu\\.discoveryScript)=.*");
      lines.append(own ? resolve(paths.here(line)) : line).append('\n');
    }
    return lines.toString();
  }
}
