/**
 * Chat templates: a conversation as the text that a model's own template makes of it, and the
 * template that makes of a conversation the prompt of this project. Templates are in Jinja, of
 * which the part is understood that such templates use; what is not understood is refused. Plain
 * Java, no reflection, no clock, so a template from elsewhere can do nothing but make text.
 */
package org.radllama.train.chat;
