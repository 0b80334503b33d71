package org.radllama.ingest.section;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.radllama.dataset.Background;
import org.radllama.ingest.section.MimicSections.Repeated;

class BackgroundSectionsTest {
  private static Background background(Repeated which, String... lines) {
    return MimicSections.of("\n " + String.join("\n ", lines), which).background();
  }

  @Test
  void everyHeaderOfTheOfficialTableLeadsToItsSection() {
    for (String header :
        List.of("INDICATION", "CLINICAL INDICATION", "REASON FOR EXAM", "REASON FOR EXAMINATION")) {
      assertThat(
              background(Repeated.LAST, header + ": ___ year old,", "cough.", "FINDINGS: Clear."))
          .as(header)
          .isEqualTo(new Background("___ year old,\n cough.", "", "", ""));
    }
    for (String header :
        List.of("HISTORY", "CLINICAL HISTORY", "CLINICAL INFORMATION", "PATIENT HISTORY")) {
      assertThat(background(Repeated.LAST, header + ": Cough.", "FINDINGS: Clear."))
          .as(header)
          .isEqualTo(new Background("", "", "", "Cough."));
    }
    assertThat(
            background(
                Repeated.LAST,
                "EXAMINATION: CHEST (PA AND LAT)",
                "TECHNIQUE: PA and lateral.",
                "COMPARISONS: ___.",
                "WET READ: Clear.",
                "FINDINGS: Clear.",
                "IMPRESSION: Normal."))
        .isEqualTo(new Background("", "___.", "PA and lateral.", ""));
  }

  @Test
  void whatStandsBehindOrInsideAnImpressionIsNoBackground() {
    String[] report = {
      "INDICATION: Fever.",
      "FINDINGS: Clear.",
      "COMPARISON: None.",
      "IMPRESSION: Normal.",
      "HISTORY: Normal, as said above.",
      "INDICATION: Normal.",
      "FINDINGS: Clear again.",
      "IMPRESSION: Still normal."
    };
    for (Repeated which : Repeated.values()) {
      assertThat(background(which, report)).isEqualTo(new Background("Fever.", "None.", "", ""));
    }
    assertThat(background(Repeated.LAST, "IMPRESSION:", "HISTORY: Normal.", "FINDINGS: Clear."))
        .isEqualTo(Background.NONE);
  }

  @Test
  void ofSeveralSectionsOfOneNameTheSettingTakesOne() {
    String[] report = {"INDICATION: Fever.", "INDICATION: Cough.", "FINDINGS: Clear."};
    assertThat(background(Repeated.FIRST, report).indication()).isEqualTo("Fever.");
    assertThat(background(Repeated.LAST, report).indication()).isEqualTo("Cough.");
  }
}
