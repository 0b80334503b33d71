package org.radllama.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.args4j.Option;
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
      usage = "other reports: JSONL, CSV or Parquet, with the columns that reports {} names")
  String reports;

  @Option(
      name = "--split-file",
      metaVar = "SOURCE=FILE",
      usage =
          "split of a source (mimic-cxr, openi, or reports.source): MIMIC-CXR's split csv(.gz), CSV id,split or JSON"
              + " {\"test\": [ids], ...}; may be repeated")
  List<String> splitFile = new ArrayList<>();

  @Option(name = "--limit", metaVar = "N", usage = "read the first N reports of each source only")
  Integer limit;

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
}
