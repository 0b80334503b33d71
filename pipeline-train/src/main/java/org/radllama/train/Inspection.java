package org.radllama.train;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.radllama.dataset.InstructionDataset;
import org.radllama.dataset.InstructionExample;
import org.radllama.dataset.Split;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.train.encode.PromptFormat;
import org.radllama.train.encode.Truncation;
import org.radllama.train.engine.EncodedExample;
import org.radllama.train.retrieve.SimilarReports;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * What {@code --inspect N} prints: how the first examples of the train split are masked, one JSON
 * line each, and a line with their sums. Words of reports are in it only with {@code --show-text}.
 */
final class Inspection {
  private final LlamaTokenizer tokenizer;
  private final int end;
  private final Map<String, Truncation.Cut> cuts;
  private final boolean showText;

  private Inspection(LlamaTokenizer tokenizer, int end, Truncation truncation, boolean showText) {
    this.tokenizer = tokenizer;
    this.end = end;
    this.showText = showText;
    cuts =
        truncation.cuts().stream()
            .collect(
                Collectors.toMap(Truncation.Cut::id, Function.identity(), (first, other) -> first));
  }

  /** Encodes and prints; nothing is written or trained. */
  static void print(JobContext context, TrainConfig config, TrainFlags flags) throws IOException {
    if (flags.inspect < 1) {
      throw JobFailure.usage(format("--inspect is %d, must be at least 1", flags.inspect));
    }
    Configuration hadoop = context.hadoop();
    List<InstructionExample> all =
        InstructionDataset.open(hadoop, config.inputs().dataset()).read(Split.TRAIN);
    List<InstructionExample> first = all.subList(0, Math.min(flags.inspect, all.size()));
    try (LlamaTokenizer tokenizer = LlamaTokenizer.load(hadoop, config.inputs().tokenizer())) {
      PromptFormat format = config.prompt(hadoop, tokenizer);
      TrainingData data =
          TrainingData.encode(
              first,
              List.of(),
              SimilarReports.find(config.similar(), all, first),
              tokenizer,
              format,
              config);
      Inspection inspection =
          new Inspection(tokenizer, format.end(), data.truncation(), flags.showText);
      for (int i = 0; i < first.size(); i++) {
        ObjectNode line = inspection.example(first.get(i).id(), data.train().get(i));
        context.console().result(compact(line));
      }
      context.console().result(compact(sums(data, all.size(), config.batches().maxLength())));
    }
  }

  private ObjectNode example(String id, EncodedExample example) {
    int[] tokens = example.tokens();
    int from = example.targetsFrom();
    Truncation.Cut cut = cuts.getOrDefault(id, new Truncation.Cut(id, 0, 0, 0, 0));
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("id", id);
    line.put("tokens", tokens.length);
    line.put("prompt_tokens", from);
    line.put("target_tokens", example.targetTokens());
    line.put("similar_reports_dropped", cut.similarReports());
    line.put("background_tokens_cut", cut.backgroundTokens());
    line.put("input_tokens_cut", cut.inputTokens());
    line.put("output_tokens_cut", cut.outputTokens());
    line.put("begins_with_bos", tokens[0] == tokenizer.bos());
    line.put("eos_trained", from < tokens.length && tokens[tokens.length - 1] == end);
    if (showText) {
      line.put("prompt", tokenizer.decode(Arrays.copyOf(tokens, from)));
      line.put("target", tokenizer.decode(Arrays.copyOfRange(tokens, from, tokens.length)));
    }
    return line;
  }

  private static ObjectNode sums(TrainingData data, int of, int maxLength) {
    List<EncodedExample> examples = data.train();
    ObjectNode line = Json.mapper().createObjectNode();
    line.put("examples", examples.size());
    line.put("of", of);
    line.put("longest", examples.stream().mapToInt(e -> e.tokens().length).max().orElse(0));
    line.put("max_length", maxLength);
    line.put("tokens", examples.stream().mapToLong(e -> e.tokens().length).sum());
    line.put("target_tokens", examples.stream().mapToLong(EncodedExample::targetTokens).sum());
    line.put("similar_reports_cut", data.truncation().similarCut());
    line.put("backgrounds_shortened", data.truncation().backgroundsCut());
    line.put("inputs_shortened", data.truncation().inputsCut());
    line.put("outputs_shortened", data.truncation().outputsCut());
    return line;
  }

  private static String compact(ObjectNode line) throws JsonProcessingException {
    return Json.mapper().writeValueAsString(line);
  }
}
