/**
 * What a training run needs of its cluster and reports about itself: slots, GPUs, memory and
 * security settings checked before anything is loaded, files that spark-submit ships, and the
 * figures that Spark's own metrics sinks serve. No gradient and no report is known here.
 */
package org.radllama.train.cluster;
