/**
 * The manifests and the submission script of {@code deploy/kubernetes}, tested without a cluster: a
 * mock of the API server, and a stand-in for the kubelet that starts the image's entry point as
 * processes. The jobs themselves are tested in their modules.
 */
package org.radllama.deploy.kubernetes;
