/**
 * What systems say about reports: baselines and generated impressions, as one text by system and
 * report id; predictions made elsewhere are read by {@code join}. Nothing here scores. The
 * algorithms are plain Java; {@code Baselines} and {@code ConsensusStage} are the Spark around
 * them.
 *
 * <p>The split under evaluation and the train split are held on the driver: the baselines need
 * train's impressions, the leakage mark its findings. For MIMIC-CXR's 220,000 pairs that is about
 * 200 MB of driver memory.
 */
package org.radllama.eval.predict;
