package org.radllama.ingest.synthetic;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws studies. Each study is a set of observations; the findings describe all organs in varied
 * words, the impression names the abnormal observations in a fixed form, the gravest first. So the
 * impression can be learned from the findings, and no constant sentence is right for most studies.
 */
public final class ReportGenerator {
  private static final double NORMAL_SHARE = 0.3;
  private static final List<String> SIDES = List.of("left", "right", "bilateral");
  private static final List<String> SIZES = List.of("trace", "small", "moderate", "large");
  private static final List<String> GRADES = List.of("mild", "moderate", "severe");
  private static final List<String> LOBES =
      List.of(
          "right upper lobe",
          "right middle lobe",
          "right lower lobe",
          "left upper lobe",
          "lingular",
          "left lower lobe");
  private static final List<String> DEVICES =
      List.of(
          "endotracheal tube",
          "nasogastric tube",
          "right internal jugular catheter",
          "left chest tube",
          "tracheostomy tube",
          "left subclavian port");
  private static final List<String> REASONS =
      List.of(
          "cough",
          "dyspnea",
          "chest pain",
          "fever",
          "fall",
          "preoperative evaluation",
          "shortness of breath",
          "wheezing");

  private final long seed;

  /** A generator; the same seed and index give the same report. */
  public ReportGenerator(long seed) {
    this.seed = seed;
  }

  /** The report with this index, at least 0. */
  public SyntheticReport report(long index) {
    SplittableRandom random =
        new SplittableRandom(seed * 0x9E3779B97F4A7C15L ^ (index + 1) * 0xD1B54A32D192ED03L);
    random.nextLong();
    List<Observation> seen = random.nextDouble() < NORMAL_SHARE ? List.of() : draw(random);
    String reason = "___-year-old with " + pick(random, REASONS) + ".";
    String comparison = random.nextInt(3) == 0 ? "None." : "Chest radiograph ___.";
    String major =
        seen.isEmpty() ? "normal" : String.join(";", seen.stream().map(Observation::mesh).toList());
    return new SyntheticReport(reason, comparison, findings(random, seen), impression(seen), major);
  }

  /** One abnormal observation: its organ, its sentence in the findings and in the impression. */
  private record Observation(String organ, String finding, String conclusion, String mesh) {}

  private static List<Observation> draw(SplittableRandom random) {
    int most = 1 + random.nextInt(3);
    List<Observation> drawn = new ArrayList<>();
    for (int kind = 0; kind < 7 && drawn.size() < most; kind++) {
      if (random.nextInt(7 - kind) < most - drawn.size()) {
        drawn.add(observation(random, kind));
      }
    }
    return drawn;
  }

  private static Observation observation(SplittableRandom random, int kind) {
    return switch (kind) {
      case 0 -> pneumothorax(pick(random, SIZES), pick(random, SIDES.subList(0, 2)), random);
      case 1 -> consolidation(pick(random, LOBES), random);
      case 2 -> edema(pick(random, GRADES), random);
      case 3 -> effusion(pick(random, SIZES), pick(random, SIDES), random);
      case 4 -> heart(pick(random, GRADES), random);
      case 5 -> nodule(4 + random.nextInt(22), pick(random, LOBES), random);
      default -> device(pick(random, DEVICES), 1 + random.nextInt(7), random);
    };
  }

  private static Observation pneumothorax(String size, String side, SplittableRandom random) {
    String finding =
        pick(
                random,
                "There is a %s %s pneumothorax.",
                "A %s %s apical pneumothorax is seen.",
                "Pleural line consistent with a %s %s pneumothorax.")
            .formatted(size, side);
    return new Observation(
        "pleura", finding, capital(size) + " " + side + " pneumothorax.", "Pneumothorax/" + side);
  }

  private static Observation consolidation(String lobe, SplittableRandom random) {
    String finding =
        pick(
                random,
                "There is a patchy %s opacity.",
                "Focal airspace opacity is present in the %s region.",
                "New %s consolidation is identified.")
            .formatted(lobe);
    return new Observation(
        "lungs", finding, capital(lobe) + " pneumonia.", "Consolidation/" + lobe);
  }

  private static Observation edema(String grade, SplittableRandom random) {
    String finding =
        pick(
                random,
                "Interstitial markings are increased, in keeping with %s edema.",
                "%s pulmonary vascular congestion with interstitial edema.",
                "There is %s perihilar haze and cephalization.")
            .formatted(grade);
    return new Observation(
        "vessels",
        capital(finding),
        capital(grade) + " pulmonary edema.",
        "Pulmonary Edema/" + grade);
  }

  private static Observation effusion(String size, String side, SplittableRandom random) {
    String finding =
        pick(
                random,
                "There is blunting of the costophrenic angle from a %s %s effusion.",
                "A %s %s pleural effusion is present.",
                "%s %s pleural fluid is noted.")
            .formatted(size, side);
    return new Observation(
        "pleura",
        capital(finding),
        capital(size) + " " + side + " pleural effusion.",
        "Pleural Effusion/" + side);
  }

  private static Observation heart(String grade, SplittableRandom random) {
    Map<String, String> adverbs =
        Map.of("mild", "mildly", "moderate", "moderately", "severe", "severely");
    String finding =
        pick(
                random,
                "The heart is %s enlarged.",
                "Cardiac silhouette is %s increased in size.",
                "Heart size is %s enlarged compared to normal.")
            .formatted(adverbs.get(grade));
    return new Observation(
        "heart", finding, capital(grade) + " cardiomegaly.", "Cardiomegaly/" + grade);
  }

  private static Observation nodule(int millimetres, String lobe, SplittableRandom random) {
    String finding =
        pick(
                random,
                "A %d mm nodule projects over the %s region.",
                "There is a %d mm nodular density in the %s zone.",
                "Rounded %d mm opacity is seen at the %s level.")
            .formatted(millimetres, lobe);
    return new Observation(
        "lungs",
        finding,
        format("%s nodule measuring %d mm. Recommend chest CT.", capital(lobe), millimetres),
        "Nodule/" + lobe);
  }

  private static Observation device(String device, int centimetres, SplittableRandom random) {
    String finding =
        pick(
                random,
                "The %s terminates %d cm above the expected level.",
                "Tip of the %s lies %d cm from the carina.",
                "A %s is in place, its tip at %d cm.")
            .formatted(device, centimetres);
    return new Observation(
        "devices", finding, capital(device) + " in place.", "Catheters, Indwelling");
  }

  private static String findings(SplittableRandom random, List<Observation> seen) {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        pick(
            random,
            "PA and lateral views of the chest are provided.",
            "Frontal and lateral views of the chest were obtained.",
            "Single portable view of the chest.",
            "Two views of the chest were reviewed."));
    organ(random, sentences, seen, "devices");
    organ(
        random,
        sentences,
        seen,
        "lungs",
        "The lungs are clear.",
        "Lungs are well expanded and clear.",
        "No focal consolidation is seen.",
        "There is no focal airspace disease.",
        "Lungs are hyperinflated but clear.");
    organ(
        random,
        sentences,
        seen,
        "vessels",
        "Pulmonary vasculature is within normal limits.",
        "No pulmonary edema.",
        "The pulmonary vessels are unremarkable.",
        "");
    organ(
        random,
        sentences,
        seen,
        "pleura",
        "No pleural effusion or pneumothorax.",
        "There is no effusion and no pneumothorax.",
        "The pleural spaces are clear.",
        "The costophrenic angles are sharp.");
    organ(
        random,
        sentences,
        seen,
        "heart",
        "The heart is normal in size.",
        "Cardiomediastinal silhouette is normal.",
        "Heart size is within normal limits.",
        "The cardiac and mediastinal contours are unremarkable.");
    sentences.add(
        pick(
            random,
            "The osseous structures are intact.",
            "No acute bony abnormality.",
            "Degenerative changes of the thoracic spine.",
            "Old healed rib fractures are noted.",
            "Mild scoliosis of the thoracic spine.",
            "The aorta is tortuous.",
            "Visualized upper abdomen is unremarkable.",
            ""));
    return String.join(" ", sentences.stream().filter(s -> !s.isEmpty()).toList());
  }

  private static void organ(
      SplittableRandom random,
      List<String> sentences,
      List<Observation> seen,
      String organ,
      String... normal) {
    String otherwise = normal.length == 0 ? "" : pick(random, normal);
    List<String> abnormal =
        seen.stream().filter(o -> o.organ().equals(organ)).map(Observation::finding).toList();
    sentences.addAll(abnormal.isEmpty() ? List.of(otherwise) : abnormal);
  }

  private static String impression(List<Observation> seen) {
    return seen.isEmpty()
        ? "No acute cardiopulmonary process."
        : String.join(" ", seen.stream().map(Observation::conclusion).toList());
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String pick(SplittableRandom random, String... of) {
    return pick(random, List.of(of));
  }

  private static String pick(SplittableRandom random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }
}
