/**
 * What a training run needs of its cluster: slots, GPUs, memory and protections looked at before
 * anything is loaded. No gradient and no report is known here.
 */
package org.radllama.train.cluster;
