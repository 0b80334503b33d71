package org.radllama.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExitInClusterTest {
  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void sparkIsToldTheCode(ExitCode code) {
    assertThat(ExitInCluster.of(code).exitCode()).isEqualTo(code.code());
  }
}
