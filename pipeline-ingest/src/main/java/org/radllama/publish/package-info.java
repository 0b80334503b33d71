/**
 * A published run handed on to where others look for it: an MLflow server, or a folder in the
 * layout of the Hugging Face Hub.
 */
package org.radllama.publish;
