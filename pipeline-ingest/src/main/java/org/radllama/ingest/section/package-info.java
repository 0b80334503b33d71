/**
 * Finds the findings and the impression of a report. MIMIC-CXR's free text is cut exactly as the
 * official {@code section_parser.py} and {@code create_section_files.py} (MIT-LCP/mimic-cxr, commit
 * 3190146) cut it, oddities included, since published splits and numbers rest on them. Reports of
 * any other form, as hospitals export them, have a parser of their own. Plain Java, no Spark.
 */
package org.radllama.ingest.section;
