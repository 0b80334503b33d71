/**
 * A run as OpenLineage tells it (openlineage.io): what it read and wrote, and what started it. Off
 * unless Spark's settings or the environment say where events go, by the names that OpenLineage's
 * own integrations have.
 */
package org.radllama.lineage;
