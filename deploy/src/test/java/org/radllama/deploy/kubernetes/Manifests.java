package org.radllama.deploy.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.zjsonpatch.JsonPatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The YAML files of {@code deploy/kubernetes}: read strictly, and composed as kustomize composes
 * them.
 */
final class Manifests {
  static final Path FOLDER = Path.of(System.getProperty("radllama.root"), "deploy/kubernetes");

  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/Namespace", Namespace.class,
          "v1/Pod", Pod.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
          "rbac.authorization.k8s.io/v1/Role", Role.class,
          "rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "sparkoperator.k8s.io/v1beta2/SparkApplication", SparkOperator.Application.class,
          "sparkoperator.k8s.io/v1beta2/ScheduledSparkApplication", SparkOperator.Scheduled.class);

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final ObjectMapper STRICT = strict();

  private Manifests() {}

  /** What a kustomization of this house may hold. */
  record Kustomization(
      String apiVersion,
      String kind,
      String namespace,
      List<String> resources,
      List<String> components,
      List<Patch> patches) {}

  record Patch(Target target, String patch, String path) {}

  record Target(String group, String kind, String name) {
    boolean takes(JsonNode object) {
      return (group == null || object.path("apiVersion").asText().startsWith(group + "/"))
          && (kind == null || kind.equals(object.path("kind").asText()))
          && (name == null || name.equals(Manifests.name(object)));
    }
  }

  /**
   * fabric8's classes keep unknown fields aside; here they are errors, as is a number where a
   * string belongs.
   */
  private static ObjectMapper strict() {
    ObjectMapper mapper = new ObjectMapper();
    mapper.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    mapper.setAnnotationIntrospector(
        new JacksonAnnotationIntrospector() {
          @Override
          public Boolean hasAnySetter(Annotated member) {
            return false;
          }
        });
    for (CoercionInputShape shape :
        List.of(CoercionInputShape.Integer, CoercionInputShape.Float, CoercionInputShape.Boolean)) {
      mapper.coercionConfigFor(LogicalType.Textual).setCoercion(shape, CoercionAction.Fail);
    }
    return mapper;
  }

  /**
   * Every file that is an object of Kubernetes: all but the kustomizations and the patches of
   * overlays and components.
   */
  static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(f -> f.toString().endsWith(".yaml"))
          .filter(f -> !f.endsWith("kustomization.yaml"))
          .filter(f -> !f.startsWith(FOLDER.resolve("overlays")))
          .filter(f -> !f.startsWith(FOLDER.resolve("components")))
          .sorted()
          .toList();
    }
  }

  static List<ObjectNode> read(Path file) throws IOException {
    return parse(Files.readString(file));
  }

  static List<ObjectNode> parse(String text) throws IOException {
    List<ObjectNode> objects = new ArrayList<>();
    try (var values = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (values.hasNext()) {
        objects.add((ObjectNode) values.next());
      }
    }
    return objects;
  }

  /** The object as an instance of its kind's class. */
  static Object typed(JsonNode object) throws JsonProcessingException {
    String kind = object.path("apiVersion").asText() + "/" + object.path("kind").asText();
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("no class for " + kind);
    }
    return STRICT.treeToValue(object, type);
  }

  static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  /** What a role of {@code base/rbac.yaml} allows, as {@code VERB RESOURCE}, sorted. */
  static Set<String> allowed(String role) throws IOException {
    Set<String> allowed = new TreeSet<>();
    for (ObjectNode object : read(FOLDER.resolve("base/rbac.yaml"))) {
      if (typed(object) instanceof Role found && found.getMetadata().getName().equals(role)) {
        found
            .getRules()
            .forEach(
                rule ->
                    rule.getResources()
                        .forEach(r -> rule.getVerbs().forEach(v -> allowed.add(v + " " + r))));
      }
    }
    return allowed;
  }

  /** The objects that a kustomization's folder makes. Of its namespace, objects must already be. */
  static List<ObjectNode> build(Path folder) throws IOException {
    Kustomization file = kustomization(folder);
    List<ObjectNode> objects = new ArrayList<>();
    for (String resource : file.resources()) {
      Path path = folder.resolve(resource).normalize();
      objects.addAll(Files.isDirectory(path) ? build(path) : read(path));
    }
    if (file.components() != null) {
      for (String component : file.components()) {
        patch(objects, folder.resolve(component).normalize());
      }
    }
    patch(objects, folder);
    for (ObjectNode object : objects) {
      if (file.namespace() != null && !object.path("kind").asText().equals("Namespace")) {
        String namespace = object.path("metadata").path("namespace").asText();
        if (!namespace.equals(file.namespace())) {
          throw new IllegalArgumentException(name(object) + " is in namespace " + namespace);
        }
      }
    }
    return objects;
  }

  /** Applies a kustomization's patches. Each must find something to change. */
  static void patch(List<ObjectNode> objects, Path folder) throws IOException {
    List<Patch> patches = kustomization(folder).patches();
    for (Patch patch : patches == null ? List.<Patch>of() : patches) {
      int found = 0;
      for (int i = 0; i < objects.size(); i++) {
        ObjectNode object = objects.get(i);
        if (patch.path() == null && patch.target().takes(object)) {
          JsonNode operations = YAML.readTree(patch.patch());
          objects.set(i, (ObjectNode) JsonPatch.apply(operations, object));
          found++;
        } else if (patch.path() != null) {
          found += merge(object, read(folder.resolve(patch.path())).get(0)) ? 1 : 0;
        }
      }
      if (found == 0) {
        throw new IllegalArgumentException("a patch in " + folder + " has no target: " + patch);
      }
    }
  }

  private static boolean merge(ObjectNode object, ObjectNode patch) {
    boolean same =
        Stream.of("apiVersion", "kind").allMatch(f -> object.path(f).equals(patch.path(f)))
            && name(object).equals(name(patch));
    if (same) {
      mergeInto(object, patch);
    }
    return same;
  }

  /** RFC 7386, which is what kustomize does for kinds whose schema it does not know. */
  private static void mergeInto(ObjectNode object, ObjectNode patch) {
    patch
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode there = object.get(field.getKey());
              if (there instanceof ObjectNode inner
                  && field.getValue() instanceof ObjectNode more) {
                mergeInto(inner, more);
              } else {
                object.set(field.getKey(), field.getValue());
              }
            });
  }

  private static Kustomization kustomization(Path folder) throws IOException {
    return STRICT.treeToValue(
        read(folder.resolve("kustomization.yaml")).get(0), Kustomization.class);
  }
}
