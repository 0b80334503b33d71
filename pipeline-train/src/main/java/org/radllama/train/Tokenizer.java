package org.radllama.train;

import static org.radllama.text.Format.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.radllama.dataset.InstructionDataset;
import org.radllama.run.JobContext;
import org.radllama.run.JobFailure;
import org.radllama.run.Json;
import org.radllama.run.Run;
import org.radllama.run.RunDirectory;
import org.radllama.run.RunInput;
import org.radllama.run.RunRequest;
import org.radllama.train.tokenizer.BpeTrainer;
import org.radllama.train.tokenizer.BpeVocabulary;
import org.radllama.train.tokenizer.CorpusWords;
import org.radllama.train.tokenizer.TokenizerJson;

/**
 * Makes a Llama-2-style tokenizer from a dataset's train split, for a base model made from scratch:
 * {@code tokenizer.json} and the files beside it, at the root of a run directory.
 */
final class Tokenizer {
  private Tokenizer() {}

  /**
   * Runs to a published directory.
   *
   * @return empty when the run was finished before, or with {@code --dry-run}
   */
  static Optional<TokenizerResult> run(JobContext context, TokenizerFlags flags)
      throws IOException {
    if (flags.dataset == null) {
      throw JobFailure.usage("--dataset RUN_DIR is missing");
    }
    TokenizerConfig config = TokenizerConfig.of(context.settings());
    // First of all, so that every path is read with the Hadoop settings given to spark-submit.
    context.spark();
    InstructionDataset dataset = InstructionDataset.open(context.hadoop(), flags.dataset);
    if (flags.dryRun) {
      context
          .console()
          .result(
              format(
                  "would make a tokenizer of at most %d tokens from the train split of %s (dry run)",
                  config.vocabularySize(), dataset.runId()));
      return Optional.empty();
    }
    RunRequest request =
        new RunRequest(
            "tokenizer",
            flags.out,
            Optional.ofNullable(flags.runId),
            context.settings(),
            List.of(new RunInput("dataset", flags.dataset)));
    Run.Published<TokenizerResult> run =
        Run.publish(context, request, directory -> make(context, config, flags.dataset, directory));
    run.value()
        .ifPresent(
            made ->
                context
                    .console()
                    .result(
                        format(
                            "tokenizer: %d tokens from %d examples, in %s",
                            made.tokens(), made.examples(), run.shown())));
    return run.value();
  }

  private static Run.Result<TokenizerResult> make(
      JobContext context, TokenizerConfig config, String dataset, RunDirectory run)
      throws IOException {
    run.stage("count");
    CorpusWords.Counts counts =
        CorpusWords.count(new JavaSparkContext(context.spark().sparkContext()), dataset);
    run.stage("merge");
    BpeVocabulary vocabulary =
        BpeTrainer.train(counts.words(), config.vocabularySize(), config.minCount());
    run.stage("publish");
    TokenizerJson.write(run.fileSystem(), run.directory(), vocabulary);
    TokenizerResult made =
        new TokenizerResult(
            counts.examples(),
            counts.words().size(),
            vocabulary.tokens().size(),
            vocabulary.merges().size());
    ObjectNode extra = Json.mapper().createObjectNode();
    extra.set("counts", Json.mapper().valueToTree(made));
    return new Run.Result<>(extra, made);
  }
}
