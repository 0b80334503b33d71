package org.radllama.ingest.publish;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.PromptTemplate;
import org.radllama.run.Json;
import org.radllama.run.SettingReader;

/**
 * Forms of the examples that training libraries take as they are. Each is a folder of JSONL files
 * beside {@code jsonl}, with the same examples in the same order and no other columns.
 */
public enum TrainingFormat {
  /** {@code instruction}, {@code input}, {@code output}: LLaMA-Factory, axolotl. */
  ALPACA,
  /** {@code prompt}, the whole prompt of {@link PromptTemplate}, and {@code completion}: TRL. */
  PROMPT_COMPLETION,
  /** {@code messages}, a turn of the user and one of the assistant: TRL, axolotl, OpenAI's form. */
  MESSAGES;

  /** The folder. */
  public String folder() {
    return SettingReader.word(this);
  }

  /** The columns of its lines. */
  List<String> columns() {
    return switch (this) {
      case ALPACA -> List.of("instruction", "input", "output");
      case PROMPT_COMPLETION -> List.of("prompt", "completion");
      case MESSAGES -> List.of("messages");
    };
  }

  /** An example's line. */
  ObjectNode line(InstructionExample example) {
    ObjectNode line = Json.mapper().createObjectNode();
    switch (this) {
      case ALPACA -> {
        line.put("instruction", example.instruction());
        line.put("input", example.input());
        line.put("output", example.output());
      }
      case PROMPT_COMPLETION -> {
        line.put("prompt", PromptTemplate.prompt(example));
        line.put("completion", example.output());
      }
      case MESSAGES -> {
        ArrayNode turns = line.putArray("messages");
        turns.addObject().put("role", "user").put("content", PromptTemplate.question(example));
        turns.addObject().put("role", "assistant").put("content", example.output());
      }
    }
    return line;
  }
}
