/** Whether the notebooks still say what their committed outputs say. Tests only. */
package org.radllama.deploy.notebooks;
