/**
 * LoRA adapters as PEFT keeps them: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}, so that PEFT loads adapters trained here, and its adapters load here.
 * {@code radllama.json} beside them records what PEFT does not: template, lengths and hashes. What
 * a configuration requires and this project does not support is refused by name, never ignored. No
 * arithmetic here beyond the factors' initial values.
 */
package org.radllama.train.peft;
