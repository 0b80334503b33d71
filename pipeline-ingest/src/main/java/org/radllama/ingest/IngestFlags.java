package org.radllama.ingest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.kohsuke.args4j.Option;
import org.radllama.ingest.run.JobFlags;

/** The flags of {@link IngestJob}. */
public final class IngestFlags extends JobFlags {
  @Option(
      name = "--mimic-cxr",
      metaVar = "DIR",
      usage = "MIMIC-CXR: the folder with files/pXX/pXXXXXXXX/sXXXXXXXX.txt")
  String mimicCxr;

  @Option(name = "--openi-xml", metaVar = "DIR", usage = "OpenI: a folder of eCitation XML files")
  String openiXml;

  @Option(
      name = "--openi-csv",
      metaVar = "FILE",
      usage = "OpenI: Kaggle's CSV (uid,...,findings,impression) or ids,finding,impression")
  String openiCsv;

  @Option(
      name = "--split-file",
      metaVar = "SOURCE=FILE",
      usage =
          "split of a source (mimic-cxr, openi): MIMIC-CXR's split csv(.gz), CSV id,split or JSON"
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
