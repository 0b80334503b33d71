package org.radllama.train.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * A BPE vocabulary as SentencePiece's {@code tokenizer.model}, a {@code ModelProto} of
 * sentencepiece_model.proto.
 *
 * @param pieces by id
 * @param dummyPrefix whether a text gets a blank in front
 * @param removeExtraBlanks whether blanks are thinned out
 */
record SentencePieceWriter(List<Token> pieces, boolean dummyPrefix, boolean removeExtraBlanks) {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int BPE = 2;

  /** A message as it grows. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private void varint(long value) {
      long rest = value;
      while (rest >>> 7 != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    Message number(int field, long value) {
      varint(((long) field << 3) | VARINT);
      varint(value);
      return this;
    }

    Message flag(int field, boolean value) {
      return number(field, value ? 1 : 0);
    }

    Message bytes(int field, byte[] value) {
      varint(((long) field << 3) | LENGTH);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message float32(int field, float value) {
      varint(((long) field << 3) | FIXED32);
      out.writeBytes(
          ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    byte[] toBytes() {
      return out.toByteArray();
    }
  }

  /** The file; the ids are those of the begin and the end token. */
  byte[] bytes(int bos, int eos) {
    Message model = new Message();
    for (Token piece : pieces) {
      model.bytes(
          1,
          new Message()
              .text(1, piece.text())
              .float32(2, piece.score())
              .number(3, piece.type().number())
              .toBytes());
    }
    return model
        .bytes(2, trainer(bos, eos))
        .bytes(
            3,
            new Message()
                .text(1, "identity")
                .flag(3, dummyPrefix)
                .flag(4, removeExtraBlanks)
                .flag(5, true)
                .toBytes())
        .toBytes();
  }

  private byte[] trainer(int bos, int eos) {
    Message trainer =
        new Message()
            .number(3, BPE)
            .number(4, pieces.size())
            .flag(35, pieces.stream().anyMatch(p -> p.type() == Vocabulary.Type.BYTE));
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).type() == Vocabulary.Type.UNKNOWN) {
        trainer.number(40, id).text(45, pieces.get(id).text());
      }
    }
    // No padding token, which SentencePiece writes as -1.
    return trainer
        .number(41, bos)
        .number(42, eos)
        .number(43, -1)
        .text(46, text(bos))
        .text(47, text(eos))
        .toBytes();
  }

  private String text(int id) {
    return id < pieces.size() ? pieces.get(id).text() : "";
  }
}
