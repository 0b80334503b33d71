package org.radllama.deploy.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.radllama.deploy.Jobs;

/** The manifests have the shape of their kinds, and say the same where they speak of the same. */
class ManifestsTest {
  private static final Path FOLDER = Manifests.FOLDER;

  @Test
  void everyObjectIsOfItsKind() throws Exception {
    Set<String> kinds = new HashSet<>();
    for (Path file : Manifests.files()) {
      for (ObjectNode object : Manifests.read(file)) {
        assertThat(Manifests.typed(object)).as(file.toString()).isNotNull();
        kinds.add(object.path("kind").asText());
      }
    }
    assertThat(kinds).hasSize(9).contains("Pod", "Role", "NetworkPolicy", "SparkApplication");
  }

  @Test
  void whatIsNotOfItsKindIsRefused() throws Exception {
    ObjectNode pod = Manifests.read(FOLDER.resolve("pods/driver.yaml")).get(0);
    ((ObjectNode) pod.path("spec").path("securityContext")).put("runAsNonroot", true);
    assertThatThrownBy(() -> Manifests.typed(pod))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("runAsNonroot");
    ObjectNode job = Manifests.read(FOLDER.resolve("jobs/train.yaml")).get(0);
    ObjectNode settings = (ObjectNode) job.path("spec").path("sparkConf");
    settings.put("spark.authenticate", true);
    assertThatThrownBy(() -> Manifests.typed(job))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("Boolean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "gpu"})
  void overlaysCompose(String overlay) throws Exception {
    List<ObjectNode> objects = Manifests.build(FOLDER.resolve("overlays").resolve(overlay));
    Map<String, SparkOperator.Spec> jobs = new HashMap<>();
    for (ObjectNode object : objects) {
      if (Manifests.typed(object) instanceof SparkOperator.Application job) {
        jobs.put(job.metadata().getName(), job.spec());
      }
    }
    assertThat(jobs).containsOnlyKeys("radllama-ingest", "radllama-train", "radllama-eval");
    assertGpus(jobs.get("radllama-ingest"), false);
    assertGpus(jobs.get("radllama-train"), overlay.equals("gpu"));
    assertGpus(jobs.get("radllama-eval"), overlay.equals("gpu"));
  }

  private static void assertGpus(SparkOperator.Spec job, boolean wanted) throws IOException {
    Map<String, String> gpu = settings("gpu.conf");
    PodSpec template = template("executor-gpu");
    if (wanted) {
      assertThat(job.image()).contains("radllama-cuda:");
      assertThat(job.sparkConf()).containsAllEntriesOf(gpu);
      assertThat(job.executor().nodeSelector()).isEqualTo(template.getNodeSelector());
      assertThat(job.executor().tolerations()).isEqualTo(template.getTolerations());
    } else {
      assertThat(job.image()).contains("radllama:");
      assertThat(job.sparkConf()).doesNotContainKeys(gpu.keySet().toArray(String[]::new));
      assertThat(job.executor().nodeSelector()).isNull();
    }
  }

  /** Where there is a kubectl, its kustomize is the judge of what is composed here. */
  @ParameterizedTest
  @ValueSource(strings = {"base", "jobs", "overlays/cpu", "overlays/gpu"})
  void kustomizeComposesTheSame(String folder) throws Exception {
    Process kubectl;
    try {
      kubectl =
          new ProcessBuilder("kubectl", "kustomize", FOLDER.resolve(folder).toString())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "no kubectl here");
      return;
    }
    String said = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assumeTrue(kubectl.waitFor() == 0, "a kubectl whose kustomize is too old for these files");
    assertThat(byName(Manifests.parse(said)))
        .isEqualTo(byName(Manifests.build(FOLDER.resolve(folder))));
  }

  private static Map<String, JsonNode> byName(List<ObjectNode> objects) {
    return objects.stream()
        .collect(
            Collectors.toMap(
                o -> o.path("kind").asText() + " " + Manifests.name(o),
                o -> o,
                (a, b) -> {
                  throw new IllegalStateException("twice: " + a);
                },
                TreeMap::new));
  }

  @Test
  void theComponentForObjectStoresIsWhatSubmitDoes() throws Exception {
    List<ObjectNode> objects = new ArrayList<>(Manifests.build(FOLDER.resolve("jobs")));
    Manifests.patch(objects, FOLDER.resolve("components/s3"));
    SparkOperator.Application ingest = (SparkOperator.Application) Manifests.typed(objects.get(0));
    assertThat(ingest.metadata().getName()).isEqualTo("radllama-ingest");
    assertThat(ingest.spec().sparkConf()).containsAllEntriesOf(settings("s3.conf"));
  }

  /** Submitted or through the operator: the same guards, volumes, settings and classes. */
  @Test
  void jobsAreWhatSubmitDoes() throws Exception {
    Map<String, String> defaults = settings("spark-defaults.conf");
    List<String> mains = Jobs.all().stream().map(Jobs.Job::mainClass).toList();
    for (ObjectNode object : Manifests.build(FOLDER.resolve("jobs"))) {
      SparkOperator.Application job = (SparkOperator.Application) Manifests.typed(object);
      SparkOperator.Spec spec = job.spec();
      assertThat(defaults).containsAllEntriesOf(spec.sparkConf());
      assertThat(mains).contains(spec.mainClass());
      assertSame(spec, spec.driver(), "driver", defaults);
      assertSame(spec, spec.executor(), "executor", defaults);
    }
  }

  private static void assertSame(
      SparkOperator.Spec spec, SparkOperator.Role role, String name, Map<String, String> defaults)
      throws IOException {
    Pod pod =
        (Pod) Manifests.typed(Manifests.read(FOLDER.resolve("pods/" + name + ".yaml")).get(0));
    PodSpec template = pod.getSpec();
    assertThat(role.podSecurityContext()).isEqualTo(template.getSecurityContext());
    var container = template.getContainers().get(0);
    assertThat(role.securityContext()).isEqualTo(container.getSecurityContext());
    assertThat(role.volumeMounts()).isEqualTo(container.getVolumeMounts());
    assertThat(spec.volumes()).isEqualTo(template.getVolumes());
    assertThat(role.labels()).isEqualTo(pod.getMetadata().getLabels());
    assertThat(role.memory()).isEqualTo(defaults.get("spark." + name + ".memory"));
    assertThat(role.memoryOverhead()).isEqualTo(defaults.get("spark." + name + ".memoryOverhead"));
    assertThat(role.serviceAccount())
        .isEqualTo(defaults.get("spark.kubernetes.authenticate." + name + ".serviceAccountName"));
    assertThat(container.getName())
        .isEqualTo(defaults.get("spark.kubernetes." + name + ".podTemplateContainerName"));
  }

  @Test
  void theTemplateForGpusDiffersInItsNodesAlone() throws Exception {
    PodSpec gpu = template("executor-gpu");
    assertThat(gpu.getTolerations()).hasSize(1);
    gpu.setNodeSelector(null);
    gpu.setTolerations(null);
    PodSpec cpu = template("executor");
    cpu.setNodeSelector(null);
    cpu.setTolerations(null);
    assertThat(gpu).isEqualTo(cpu);
  }

  @Test
  void whatIsNamedIsThere() throws Exception {
    Set<String> claims = new HashSet<>();
    Set<String> accounts = new HashSet<>();
    Set<String> bound = new HashSet<>();
    for (ObjectNode object : Manifests.build(FOLDER.resolve("base"))) {
      switch (object.path("kind").asText()) {
        case "PersistentVolumeClaim" -> claims.add(Manifests.name(object));
        case "ServiceAccount" -> accounts.add(Manifests.name(object));
        case "RoleBinding" -> {
          RoleBinding binding = (RoleBinding) Manifests.typed(object);
          assertThat(Manifests.allowed(binding.getRoleRef().getName())).isNotEmpty();
          binding.getSubjects().forEach(s -> bound.add(s.getName()));
        }
        default -> {}
      }
    }
    assertThat(accounts).containsAll(bound).contains("radllama-executor");
    assertThat(bound).containsExactlyInAnyOrder("radllama-driver", "radllama-submitter");
    for (String name : List.of("driver", "executor", "executor-gpu")) {
      template(name).getVolumes().stream()
          .filter(v -> v.getPersistentVolumeClaim() != null)
          .forEach(v -> assertThat(claims).contains(v.getPersistentVolumeClaim().getClaimName()));
    }
  }

  /** Beyond what the policy's kinds say: what a guide tells to do has the pods' ids. */
  @Test
  void nfsAndNodeLocalDnsAreProvidedFor() throws Exception {
    var security = template("driver").getSecurityContext();
    String ids = security.getRunAsUser() + ":" + security.getFsGroup();
    assertThat(Files.readString(FOLDER.resolve("README.md")))
        .contains("chown " + ids + " RUNS", "chgrp -R " + security.getFsGroup() + " DATA");
    ObjectNode policy = Manifests.read(FOLDER.resolve("base/networkpolicy.yaml")).get(0);
    List<String> dns = new ArrayList<>();
    for (JsonNode rule : policy.at("/spec/egress")) {
      if (rule.at("/ports/0/port").asInt() == 53) {
        rule.path("to").forEach(to -> dns.add(to.at("/ipBlock/cidr").asText()));
      }
    }
    assertThat(dns).contains("169.254.20.10/32");
  }

  @Test
  void theImageIsMadeOfWhatTheBuilderGets() throws Exception {
    String dockerfile = Files.readString(FOLDER.resolve("Dockerfile"));
    List<String> sources = copied(dockerfile);
    assertThat(sources).hasSizeGreaterThanOrEqualTo(9);
    List<String> sent =
        Files.readAllLines(FOLDER.resolve("Dockerfile.dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> line.substring(1))
            .toList();
    for (String source : sources) {
      assertThat(sent).as(source).anyMatch(allowed -> isBelow(source, allowed));
      if (!source.contains("target/")) {
        assertThat(FOLDER.resolve("../..").resolve(source)).exists();
      }
    }
    // The images' user is the templates', and their base is named by an exact tag.
    Long user = template("driver").getSecurityContext().getRunAsUser();
    assertThat(dockerfile).contains("\nUSER " + user + "\n").contains("--uid " + user + " ");
    assertThat(dockerfile).doesNotContain(":latest");
    List<String> bases =
        Pattern.compile("(?m)^ARG (?:JRE|CUDA)=(.*)$")
            .matcher(dockerfile)
            .results()
            .map(base -> base.group(1))
            .toList();
    assertThat(bases).hasSize(2).allMatch(base -> base.matches("[a-z/-]+:\\d+\\.\\d+\\.\\d+.*"));
  }

  private static List<String> copied(String dockerfile) {
    return Pattern.compile("(?m)^COPY (?!--from)(\\S+) \\S+$")
        .matcher(dockerfile)
        .results()
        .map(line -> line.group(1))
        .toList();
  }

  private static boolean isBelow(String source, String allowed) {
    var glob = FileSystems.getDefault().getPathMatcher("glob:" + allowed);
    for (Path path = Path.of(source.replace("*", "x")); path != null; path = path.getParent()) {
      if (glob.matches(path)) {
        return true;
      }
    }
    return false;
  }

  private static PodSpec template(String name) throws IOException {
    ObjectNode object = Manifests.read(FOLDER.resolve("pods/" + name + ".yaml")).get(0);
    return ((Pod) Manifests.typed(object)).getSpec();
  }

  private static Map<String, String> settings(String file) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (String line : Files.readAllLines(FOLDER.resolve(file))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] pair = line.split("\\s+", 2);
        settings.put(pair[0], pair[1]);
      }
    }
    return settings;
  }
}
