/**
 * Named cleaning rules, each switched by a setting of {@code clean}; each rejection is counted by
 * its {@link org.radllama.ingest.record.Reason}, each change by its {@link
 * org.radllama.ingest.record.Edit}. The marks of de-identification ({@code XXXX}, {@code ___}) are
 * never altered. Plain Java, no Spark.
 */
package org.radllama.ingest.clean;
