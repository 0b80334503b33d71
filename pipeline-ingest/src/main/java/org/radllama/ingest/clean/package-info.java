/**
 * Named cleaning rules, each switched by a setting, each rejection counted by its reason. The marks
 * of de-identification ({@code XXXX}, {@code ___}) are never altered. Plain Java, no Spark.
 */
package org.radllama.ingest.clean;
