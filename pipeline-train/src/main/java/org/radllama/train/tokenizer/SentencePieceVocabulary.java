package org.radllama.train.tokenizer;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.radllama.train.tokenizer.SentencePieceModel.Normalizer;
import org.radllama.train.tokenizer.Vocabulary.Token;

/** A {@code tokenizer.model} as a {@link Vocabulary}: its pieces, their scores and types. */
final class SentencePieceVocabulary {
  private SentencePieceVocabulary() {}

  static Vocabulary of(TokenizerFiles files, SentencePieceModel model, String shown) {
    check(model, shown);
    SortedMap<Integer, Token> tokens = new TreeMap<>();
    // A text never becomes an added token, so that it is a control one.
    files.ids().forEach((text, id) -> tokens.put(id, control(text)));
    for (int id = 0; id < model.pieces().size(); id++) {
      tokens.put(id, model.pieces().get(id));
    }
    return new Vocabulary(
        Vocabulary.Rule.PIECES,
        tokens,
        List.of(),
        model.normalizer().dummyPrefix(),
        Optional.of(model.unknown()),
        files.bos(),
        files.eos());
  }

  private static Token control(String text) {
    return new Token(text, Token.LEAST, Vocabulary.Type.CONTROL);
  }

  private static void check(SentencePieceModel model, String shown) {
    Normalizer normalizer = model.normalizer();
    refuse(!model.byteFallback(), shown, "has no byte fallback");
    refuse(normalizer.charsMap().isPresent(), shown, "has normalisation rules");
    refuse(normalizer.removeExtraBlanks(), shown, "removes extra blanks");
    refuse(!normalizer.escapeBlanks(), shown, "keeps spaces as they are");
    refuse(model.trainer().blankBehind(), shown, "puts spaces after words");
    refuse(
        model.pieces().stream().anyMatch(p -> p.type() == Vocabulary.Type.UNUSED),
        shown,
        "has unused pieces");
  }

  private static void refuse(boolean seen, String shown, String reason) {
    if (seen) {
      throw Vocabulary.unsupported(shown, reason);
    }
  }
}
