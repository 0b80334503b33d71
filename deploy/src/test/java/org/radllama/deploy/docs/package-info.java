/** The guides against what they describe: the configuration reference, links, commands. */
package org.radllama.deploy.docs;
