package org.radllama.deploy.kubernetes;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.List;
import java.util.Map;

/**
 * The fields of {@code sparkoperator.k8s.io/v1beta2} that this house uses, by names and types of
 * its published API documentation. Written by hand: not the resource definition's schema.
 */
final class SparkOperator {
  private SparkOperator() {}

  record Application(String apiVersion, String kind, ObjectMeta metadata, Spec spec) {}

  record Scheduled(String apiVersion, String kind, ObjectMeta metadata, Schedule spec) {}

  record Schedule(
      String schedule,
      String timeZone,
      String concurrencyPolicy,
      int successfulRunHistoryLimit,
      int failedRunHistoryLimit,
      Spec template) {}

  record Spec(
      String type,
      String mode,
      String sparkVersion,
      String image,
      String imagePullPolicy,
      String mainClass,
      String mainApplicationFile,
      List<String> arguments,
      RestartPolicy restartPolicy,
      Map<String, String> sparkConf,
      Role driver,
      Role executor,
      List<Volume> volumes) {}

  record RestartPolicy(String type) {}

  record Role(
      Integer instances,
      Integer cores,
      String memory,
      String memoryOverhead,
      String serviceAccount,
      Map<String, String> labels,
      Map<String, String> nodeSelector,
      List<Toleration> tolerations,
      Long terminationGracePeriodSeconds,
      PodSecurityContext podSecurityContext,
      SecurityContext securityContext,
      List<VolumeMount> volumeMounts) {}
}
