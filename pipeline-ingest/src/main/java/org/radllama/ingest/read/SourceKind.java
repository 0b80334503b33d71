package org.radllama.ingest.read;

/** The formats that are read. */
public enum SourceKind {
  /** MIMIC-CXR's text files, in their tree or an archive. */
  MIMIC_CXR("mimic-cxr", "mimic-cxr"),
  /** OpenI's XML files, in a folder or an archive. */
  OPENI_XML("openi-xml", "openi"),
  /** OpenI as one CSV file, Kaggle's or the sections form. */
  OPENI_CSV("openi-csv", "openi"),
  /** JSONL, CSV or Parquet with columns as the settings name them. */
  REPORTS("reports", "reports");

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

  /** The corpus, unless {@code reports.source} names it. */
  public String source() {
    return source;
  }
}
