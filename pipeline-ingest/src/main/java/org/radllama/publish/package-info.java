/**
 * A published run handed on to where others look for it: an MLflow server, a folder in the layout
 * of the Hugging Face Hub, or a table of a catalog of Spark's.
 */
package org.radllama.publish;
