package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.failure.BadInputException;
import org.radllama.train.tokenizer.ProtobufMessage.Malformed;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * What a SentencePiece {@code tokenizer.model} holds, checked as SentencePiece checks it: a {@code
 * ModelProto} of sentencepiece_model.proto.
 *
 * @param pieces by id; of two possible merges the one whose result has the higher score comes first
 * @param ids of the pieces
 * @param unknown id of the unknown piece
 * @param bytes ids of the 256 bytes, or empty without byte fallback
 * @param trainer what of the trainer's settings still counts
 */
record SentencePieceModel(
    List<Token> pieces,
    Map<String, Integer> ids,
    int unknown,
    int[] bytes,
    Trainer trainer,
    Normalizer normalizer) {
  private static final int BPE = 2;
  private static final List<String> MODEL_TYPES =
      List.of("0", "unigram", "bpe", "word", "char", "5");

  /** {@code TrainerSpec}'s part. */
  record Trainer(boolean blankBehind, String bos, String eos, String unknownSurface) {}

  /**
   * {@code NormalizerSpec}.
   *
   * @param charsMap the compiled rules, or empty for none
   */
  record Normalizer(
      Optional<CharsMap> charsMap,
      boolean dummyPrefix,
      boolean removeExtraBlanks,
      boolean escapeBlanks) {}

  /**
   * Reads a model.
   *
   * @param shown the file's name for messages
   * @throws BadInputException when it is not sound, or needs what is not done here
   */
  static SentencePieceModel parse(byte[] file, String shown) {
    try {
      return of(new ProtobufMessage(List.of(ByteBuffer.wrap(file))));
    } catch (Malformed e) {
      throw new BadInputException(
          "%s is not a valid SentencePiece model: %s", shown, e.getMessage());
    } catch (Unsupported e) {
      throw new BadInputException(
          "%s: %s; convert it to tokenizer.json: in Python,"
              + " AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR)",
          shown, e.getMessage());
    }
  }

  /** A sound model that needs something else than BPE. */
  private static final class Unsupported extends RuntimeException {
    Unsupported(String message) {
      super(message);
    }
  }

  private static SentencePieceModel of(ProtobufMessage model) {
    List<Token> pieces = model.messages(1).map(SentencePieceModel::piece).toList();
    ProtobufMessage trainer = model.message(2);
    ProtobufMessage normalizer = model.message(3);
    // Rules that change decoded text are never set by the usual training.
    if (model.message(5).bytes(2).hasRemaining()) {
      throw new Unsupported("it has denormalisation rules, which are not supported");
    }
    int modelType = trainer.integer(3, 1);
    if (modelType != BPE) {
      String name = MODEL_TYPES.get(Math.max(0, Math.min(modelType, 5)));
      throw new Unsupported("its model type is %s, only bpe is supported".formatted(name));
    }
    boolean byteFallback = trainer.bool(35, false);
    Map<String, Integer> ids = new HashMap<>();
    int unknown = -1;
    for (int id = 0; id < pieces.size(); id++) {
      Token piece = pieces.get(id);
      check(id, piece, ids.put(piece.text(), id), byteFallback);
      if (piece.type() == Vocabulary.Type.UNKNOWN && unknown >= 0) {
        throw new Malformed(format("pieces %d and %d are both the unknown one", unknown, id));
      }
      unknown = piece.type() == Vocabulary.Type.UNKNOWN ? id : unknown;
    }
    if (unknown < 0) {
      throw new Malformed(format("no piece of %d is the unknown one", pieces.size()));
    }
    return new SentencePieceModel(
        pieces,
        ids,
        unknown,
        byteFallback ? bytes(pieces, ids) : new int[0],
        new Trainer(
            trainer.bool(24, false),
            trainer.string(46, "<s>"),
            trainer.string(47, "</s>"),
            trainer.string(44, " \u2047 ")),
        new Normalizer(
            CharsMap.of(normalizer.bytes(2)),
            normalizer.bool(3, true),
            normalizer.bool(4, true),
            normalizer.bool(5, true)));
  }

  private static Token piece(ProtobufMessage piece) {
    int type = piece.integer(3, 1);
    if (type < 1 || type > Vocabulary.Type.values().length) {
      throw new Malformed("a piece has the type " + type);
    }
    return new Token(piece.string(1, ""), piece.float32(2), Vocabulary.Type.values()[type - 1]);
  }

  private static void check(int id, Token piece, Integer before, boolean byteFallback) {
    if (piece.text().isEmpty()) {
      throw new Malformed(format("piece %d is empty", id));
    }
    if (before != null) {
      throw new Malformed(format("pieces %d and %d are the same", before, id));
    }
    if (!Float.isFinite(piece.score())) {
      throw new Malformed(format("piece %d has the score %s", id, piece.score()));
    }
    if (piece.type() == Vocabulary.Type.BYTE && !byteFallback) {
      throw new Malformed(format("piece %d is a byte, but byte_fallback is off", id));
    }
  }

  private static int[] bytes(List<Token> pieces, Map<String, Integer> ids) {
    int[] found = new int[256];
    for (int b = 0; b < found.length; b++) {
      Integer id = ids.get(format("<0x%02X>", b));
      if (id == null || pieces.get(id).type() != Vocabulary.Type.BYTE) {
        throw new Malformed(format("byte_fallback is on, but byte %d has no piece", b));
      }
      found[b] = id;
    }
    long all = pieces.stream().filter(p -> p.type() == Vocabulary.Type.BYTE).count();
    if (all != found.length) {
      throw new Malformed(format("%d pieces are bytes, must be 256", all));
    }
    return found;
  }

  boolean byteFallback() {
    return bytes.length > 0;
  }

  @Override
  public String toString() {
    return format("SentencePieceModel[%d pieces]", pieces.size());
  }
}
