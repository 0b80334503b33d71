/**
 * Chat templates: renders a conversation by a model's own template, and writes a template that
 * renders a conversation as this project's prompt. Supports the part of Jinja that such templates
 * use and refuses the rest. Plain Java, no reflection, no clock, so a template from elsewhere can
 * do nothing but make text.
 */
package org.radllama.train.chat;
