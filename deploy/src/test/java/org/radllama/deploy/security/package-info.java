/**
 * What the packaged jobs give away: report text and secrets, sought byte by byte in all that a run
 * leaves but its data files, and in what its web interface shows. Tests only.
 */
package org.radllama.deploy.security;
