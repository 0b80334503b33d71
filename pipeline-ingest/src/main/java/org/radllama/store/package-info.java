/**
 * What an object store does in one step: it creates an object unless there is one, replaces one
 * that has not changed, and shows what is written only once it is whole. Hadoop's file systems say
 * nothing of this: S3 and Google Cloud Storage are reached through the clients of their Hadoop file
 * systems.
 */
package org.radllama.store;
