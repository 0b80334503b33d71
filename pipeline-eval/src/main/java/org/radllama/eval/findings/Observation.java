package org.radllama.eval.findings;

import java.util.Arrays;

/** CheXpert's 14 observations, in its order. */
public enum Observation {
  NO_FINDING("No Finding"),
  ENLARGED_CARDIOMEDIASTINUM("Enlarged Cardiomediastinum"),
  CARDIOMEGALY("Cardiomegaly"),
  LUNG_LESION("Lung Lesion"),
  LUNG_OPACITY("Lung Opacity"),
  EDEMA("Edema"),
  CONSOLIDATION("Consolidation"),
  PNEUMONIA("Pneumonia"),
  ATELECTASIS("Atelectasis"),
  PNEUMOTHORAX("Pneumothorax"),
  PLEURAL_EFFUSION("Pleural Effusion"),
  PLEURAL_OTHER("Pleural Other"),
  FRACTURE("Fracture"),
  SUPPORT_DEVICES("Support Devices");

  private final String label;

  Observation(String label) {
    this.label = label;
  }

  /** CheXpert's name. */
  public String label() {
    return label;
  }

  /** Its place in CheXpert's order, from 0. */
  @SuppressWarnings("EnumOrdinal") // The order is CheXpert's and fixed.
  public int place() {
    return ordinal();
  }

  int bit() {
    return 1 << place();
  }

  static Observation of(String label) {
    return Arrays.stream(values())
        .filter(o -> o.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not an observation: " + label));
  }
}
