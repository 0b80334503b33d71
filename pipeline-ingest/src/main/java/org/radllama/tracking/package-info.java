/**
 * Published runs for those who follow experiments elsewhere: a run's parameters, metrics and files
 * as MLflow takes them. Report text is never among them.
 */
package org.radllama.tracking;
