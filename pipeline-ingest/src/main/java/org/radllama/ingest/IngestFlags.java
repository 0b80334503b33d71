package org.radllama.ingest;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.kohsuke.args4j.Option;
import org.radllama.ingest.read.SourceKind;
import org.radllama.run.JobFlags;

/** The flags of {@link IngestJob}. */
public final class IngestFlags extends JobFlags {
  @Option(
      name = "--mimic-cxr",
      metaVar = "DIR|ZIP|TGZ",
      usage = "MIMIC-CXR: files/pXX/pXXXXXXXX/sXXXXXXXX.txt in a folder, zip or tar archive")
  String mimicCxr;

  @Option(
      name = "--openi-xml",
      metaVar = "DIR|TGZ",
      usage = "OpenI: eCitation XML files in a folder, tar or zip archive")
  String openiXml;

  @Option(
      name = "--openi-csv",
      metaVar = "FILE",
      usage = "OpenI: Kaggle's CSV (uid,...,findings,impression) or ids,finding,impression")
  String openiCsv;

  @Option(
      name = "--reports",
      metaVar = "FILE|DIR",
      usage =
          "other reports: JSON, CSV or Parquet, with the columns that reports {} names, FHIR or HL7 v2")
  String reports;

  @Option(
      name = "--reports-table",
      metaVar = "[CATALOG.]DB.TABLE[@SNAPSHOT]",
      usage =
          "the same from a table of a Spark catalog (Iceberg, Delta, Hive, Spark's own), at the newest snapshot or"
              + " version unless one is named")
  String reportsTable;

  @Option(
      name = "--split-file",
      metaVar = "SOURCE=FILE",
      usage =
          "split of a source (mimic-cxr, openi, or reports.source): MIMIC-CXR's split csv(.gz), CSV id,split or JSON"
              + " {\"test\": [ids], ...}; may be repeated")
  List<String> splitFile = new ArrayList<>();

  @Option(
      name = "--background",
      metaVar = "SOURCE=FILE",
      usage =
          "CSV with more of a source's reports: a column id, ids, uid or study_id, and any of indication, comparison,"
              + " technique, history; may be repeated")
  List<String> background = new ArrayList<>();

  @Option(name = "--limit", metaVar = "N", usage = "read the first N reports of each source only")
  Integer limit;

  /** The path of each source given. */
  Map<SourceKind, String> sources() {
    Map<SourceKind, String> sources = new EnumMap<>(SourceKind.class);
    sources.put(SourceKind.MIMIC_CXR, mimicCxr);
    sources.put(SourceKind.OPENI_XML, openiXml);
    sources.put(SourceKind.OPENI_CSV, openiCsv);
    sources.put(SourceKind.REPORTS, reports);
    sources.values().removeIf(Objects::isNull);
    return sources;
  }

  @Override
  protected Map<String, Object> overlay() {
    Map<String, Object> overlay = super.overlay();
    if (limit != null) {
      overlay.put("limit", limit);
    }
    if (showText) {
      overlay.put("card.show-text", true);
    }
    return overlay;
  }

  @Override
  protected String example() {
    return "ingest --openi-xml NLMCXR_reports/ecgen-radiology --out runs --run-id dataset";
  }
}
