package org.radllama.ingest.clean;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommunicationsTest {
  private static final List<String> TOLD =
      List.of(
          "Findings discussed with Dr. X at 10:15.",
          "These findings were discussed with Dr. ___ by telephone at 10:15 a.m. on 01/02/2150, 5 minutes after discovery.",
          "Dr. X was notified of these findings by phone at 10:15.",
          "The above findings were communicated to the ordering physician.",
          "I discussed the findings with Dr. X.",
          "Results were telephoned to Dr. J. Smith in the emergency department at 3 pm.",
          "Dr. X was paged at 10:15 AM.",
          "The findings were reported to the nurse in the ICU, who acknowledged receipt.",
          "Telephone notification to Dr. X at 10:15.",
          "Critical results were called to the ED by Dr. Y.",
          "2. Discussed with the surgical team.",
          "Discussed with Dr. X.");

  @Test
  void cutsSentencesThatSayWhoWasTold() {
    for (String told : TOLD) {
      assertThat(Communications.cut("No acute disease. " + told + " Left clavicle fracture."))
          .as(told)
          .isEqualTo("No acute disease. Left clavicle fracture.");
      assertThat(Communications.cut(told)).as(told).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "New pneumothorax, discussed with Dr. X at 10:15.|New pneumothorax.",
        "New large pneumothorax was discussed with Dr. X at 10:15.|New large pneumothorax.",
        "Dr. X was notified of a large right pneumothorax by phone at 10:15.|A large right pneumothorax.",
        "Findings discussed with Dr. X, and CT is recommended.|CT is recommended.",
        "Findings discussed with Dr. X; repeat film suggested.|Repeat film suggested.",
        "Free air (discussed with Dr. X).|Free air.",
        "I called Dr. X about the misplaced tube.|The misplaced tube."
      })
  void leavesWhatElseTheSentenceSays(String sentence, String rest) {
    assertThat(Communications.cut(sentence)).isEqualTo(rest);
  }

  @Test
  void leavesFindings() {
    for (String finding :
        List.of(
            "Drains are unchanged in position. New large right pneumothorax.",
            "Left upper lobe mass in contact with the aorta. Small effusion.",
            "On review of the prior film the nodule is new. CT is recommended.",
            "Reviewed with the prior CT. Observation of the drain is advised.",
            "Findings should be discussed with the surgical team.",
            "Recommend discussion with the referring physician.",
            "The patient was called back for a lateral view.",
            "Patient is reported to have a cough. Bronchi communicate with the cavity.",
            "Communicating hydrocephalus. The tube was contacted by the wire.",
            "Emphysema discussed above. Telephone is not a finding.",
            "1. Effusion. 2. Edema.\n3. Nodule in the left lung",
            "The service line is intact. Catheter advanced to the ED.",
            "No change since 10:15. Dr. X inserted the tube.")) {
      assertThat(Communications.cut(finding)).as(finding).isEqualTo(finding);
    }
  }

  /** Whatever stands around communications comes out as it went in. */
  @Test
  void losesNothingAroundThem() {
    String[] findings = {
      "No effusion.",
      "Nodule of 5.5 mm in the left lobe.",
      "1. Edema.",
      "Dr. Bell's sign is absent.",
      "Stable drains.",
      "Is there a mass?"
    };
    Random random = new Random(3);
    for (int round = 0; round < 5_000; round++) {
      StringBuilder text = new StringBuilder();
      StringBuilder plain = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        String finding = findings[random.nextInt(findings.length)];
        text.append(' ').append(finding);
        plain.append(' ').append(finding);
        if (random.nextInt(3) == 0) {
          text.append(' ').append(TOLD.get(random.nextInt(TOLD.size())));
        }
      }
      assertThat(Communications.cut(text.substring(1))).isEqualTo(plain.substring(1));
    }
  }
}
