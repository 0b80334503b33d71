/**
 * What a training run needs of its cluster and tells about itself: slots, GPUs, memory and
 * protections looked at before anything is loaded, files that spark-submit ships, and the figures
 * that Spark's own metrics sinks serve. No gradient and no report is known here.
 */
package org.radllama.train.cluster;
