package org.radllama.train.tokenizer;

import static org.radllama.text.Format.format;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.radllama.failure.BadInputException;
import org.radllama.train.tokenizer.ProtobufReader.Malformed;
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
      Builder builder = new Builder();
      builder.model(new ProtobufReader(ByteBuffer.wrap(file)));
      return builder.build();
    } catch (Malformed e) {
      throw new BadInputException(
          "%s is not a sound SentencePiece model: %s".formatted(shown, e.getMessage()));
    } catch (Unsupported e) {
      throw new BadInputException(
          ("%s: %s; make a tokenizer.json of it: in Python,"
                  + " AutoTokenizer.from_pretrained(DIR, use_fast=True).save_pretrained(DIR)")
              .formatted(shown, e.getMessage()));
    }
  }

  /** A sound model that needs something else than BPE. */
  private static final class Unsupported extends RuntimeException {
    Unsupported(String message) {
      super(message);
    }
  }

  private static final class Builder {
    private final List<Token> pieces = new ArrayList<>();
    private int modelType = 1;
    private boolean byteFallback;
    private boolean blankBehind;
    private String bos = "<s>";
    private String eos = "</s>";
    private String unknownSurface = " \u2047 ";
    private ByteBuffer charsMap = ByteBuffer.allocate(0);
    private boolean dummyPrefix = true;
    private boolean removeExtraBlanks = true;
    private boolean escapeBlanks = true;

    void model(ProtobufReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> pieces.add(piece(new ProtobufReader(in.bytes())));
          case 2 -> trainer(new ProtobufReader(in.bytes()));
          case 3 -> normalizer(new ProtobufReader(in.bytes()));
          case 5 -> denormalizer(new ProtobufReader(in.bytes()));
          default -> in.skip();
        }
      }
    }

    private static Token piece(ProtobufReader in) {
      String text = "";
      float score = 0;
      int type = 1;
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 1 -> text = in.string();
          case 2 -> score = in.float32();
          case 3 -> type = in.integer();
          default -> in.skip();
        }
      }
      if (type < 1 || type > Vocabulary.Type.values().length) {
        throw new Malformed("a piece has the type " + type);
      }
      return new Token(text, score, Vocabulary.Type.values()[type - 1]);
    }

    private void trainer(ProtobufReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 3 -> modelType = in.integer();
          case 24 -> blankBehind = in.bool();
          case 35 -> byteFallback = in.bool();
          case 44 -> unknownSurface = in.string();
          case 46 -> bos = in.string();
          case 47 -> eos = in.string();
          default -> in.skip();
        }
      }
    }

    private void normalizer(ProtobufReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        switch (field) {
          case 2 -> charsMap = in.bytes();
          case 3 -> dummyPrefix = in.bool();
          case 4 -> removeExtraBlanks = in.bool();
          case 5 -> escapeBlanks = in.bool();
          default -> in.skip();
        }
      }
    }

    /** Rules that change decoded text are never set by the usual training. */
    private static void denormalizer(ProtobufReader in) {
      for (int field = in.next(); field != 0; field = in.next()) {
        if (field == 2 && in.bytes().hasRemaining()) {
          throw new Unsupported("it has denormalisation rules, which are not done here");
        } else if (field != 2) {
          in.skip();
        }
      }
    }

    SentencePieceModel build() {
      if (modelType != BPE) {
        String name = MODEL_TYPES.get(Math.max(0, Math.min(modelType, 5)));
        throw new Unsupported("its model type is %s, only bpe is done here".formatted(name));
      }
      Map<String, Integer> ids = new HashMap<>();
      int unknown = -1;
      for (int id = 0; id < pieces.size(); id++) {
        Token piece = pieces.get(id);
        check(id, piece, ids.put(piece.text(), id));
        if (piece.type() == Vocabulary.Type.UNKNOWN && unknown >= 0) {
          throw new Malformed(format("pieces %d and %d are both the unknown one", unknown, id));
        }
        unknown = piece.type() == Vocabulary.Type.UNKNOWN ? id : unknown;
      }
      if (unknown < 0) {
        throw new Malformed(format("no piece of %d is the unknown one", pieces.size()));
      }
      return new SentencePieceModel(
          List.copyOf(pieces),
          ids,
          unknown,
          byteFallback ? bytes(ids) : new int[0],
          new Trainer(blankBehind, bos, eos, unknownSurface),
          new Normalizer(CharsMap.of(charsMap), dummyPrefix, removeExtraBlanks, escapeBlanks));
    }

    private void check(int id, Token piece, Integer before) {
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

    private int[] bytes(Map<String, Integer> ids) {
      int[] found = new int[256];
      for (int b = 0; b < found.length; b++) {
        Integer id = ids.get(byteText(b));
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
  }

  private static String byteText(int b) {
    return format("<0x%02X>", b);
  }

  boolean byteFallback() {
    return bytes.length > 0;
  }

  Vocabulary.Type type(int id) {
    return pieces.get(id).type();
  }

  @Override
  public String toString() {
    return format("SentencePieceModel[%d pieces]", pieces.size());
  }
}
