package org.radllama.ingest.read;

/** The formats that are read. */
public enum SourceKind {
  /** MIMIC-CXR's tree of text files. */
  MIMIC_CXR("mimic-cxr", "mimic-cxr"),
  /** OpenI's XML files. */
  OPENI_XML("openi-xml", "openi"),
  /** OpenI as one CSV file, Kaggle's or the sections form. */
  OPENI_CSV("openi-csv", "openi");

  private final String flag;
  private final String source;

  SourceKind(String flag, String source) {
    this.flag = flag;
    this.source = source;
  }

  /** The flag that gives it, without dashes; also the input's name in the manifest. */
  public String flag() {
    return flag;
  }

  /** The corpus. */
  public String source() {
    return source;
  }

  /** Whether one file holds one report. */
  public boolean oneReportPerFile() {
    return this != OPENI_CSV;
  }
}
