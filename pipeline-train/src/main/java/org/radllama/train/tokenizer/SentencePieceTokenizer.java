package org.radllama.train.tokenizer;

import java.util.Arrays;
import java.util.List;
import org.radllama.train.tokenizer.Vocabulary.Token;

/**
 * Encodes and decodes by a SentencePiece BPE model (Kudo and Richardson, arXiv 1808.06226) with the
 * ids and texts of SentencePiece itself. It keeps nothing between calls.
 *
 * <p>The spelling of a control piece such as {@code </s>} in a text is text; that of a user-defined
 * symbol is the symbol, as in SentencePiece.
 */
final class SentencePieceTokenizer implements TokenizerEngine {
  private static final String BLANK = String.valueOf(WordSplitter.BLANK);

  private final SentencePieceModel model;
  private final SentencePieceNormalizer normalizer;
  private final PieceMerger merger;

  SentencePieceTokenizer(SentencePieceModel model) {
    this.model = model;
    List<String> symbols =
        model.pieces().stream()
            .filter(p -> p.type() == Vocabulary.Type.USER_DEFINED)
            .map(Token::text)
            .toList();
    SymbolMatcher matcher = new SymbolMatcher(symbols);
    normalizer =
        new SentencePieceNormalizer(model.normalizer(), model.trainer().blankBehind(), matcher);
    merger = new PieceMerger(model, matcher);
  }

  @Override
  public int[] encode(String text) {
    String normal = normalizer.normalize(text);
    Output out = new Output(normal);
    merger.cut(normal, out);
    return Arrays.copyOf(out.ids, out.count);
  }

  /** Collects ids; what is no piece becomes bytes, or else one unknown piece a run. */
  private final class Output implements PieceMerger.Sink {
    private final String text;
    private int[] ids;
    private int count;
    private boolean afterUnknown;

    Output(String text) {
      this.text = text;
      this.ids = new int[text.length() / 2 + 8];
    }

    @Override
    public void part(int id, int from, int to) {
      boolean unknown = id < 0 || id == model.unknown();
      if (!unknown) {
        add(id);
      } else if (model.byteFallback()) {
        addBytes(text.codePointAt(from));
      } else if (!afterUnknown) {
        add(model.unknown());
      }
      afterUnknown = unknown;
    }

    private void addBytes(int codePoint) {
      for (int i = 0, n = Utf8.length(codePoint); i < n; i++) {
        add(model.bytes()[Utf8.at(codePoint, i)]);
      }
    }

    private void add(int id) {
      if (count == ids.length) {
        ids = Arrays.copyOf(ids, count * 2);
      }
      ids[count++] = id;
    }
  }

  /**
   * The text of ids. A blank at the beginning is left out, or all of them, if encoding puts one
   * there or removes them. Bytes that are no UTF-8 become U+FFFD, each one.
   */
  @Override
  public String decode(int[] ids) {
    StringBuilder out = new StringBuilder();
    byte[] bytes = new byte[ids.length];
    int byteCount = 0;
    boolean atStart = true;
    for (int id : ids) {
      if (id < 0 || id >= model.pieces().size()) {
        continue;
      }
      Token piece = model.pieces().get(id);
      if (piece.type() == Vocabulary.Type.BYTE) {
        bytes[byteCount++] = (byte) Integer.parseInt(piece.text().substring(3, 5), 16);
        continue;
      }
      Utf8.append(bytes, byteCount, out);
      byteCount = 0;
      atStart &= out.isEmpty();
      String shown = surface(piece);
      if (atStart
          && stripsBlank()
          && piece.type() != Vocabulary.Type.UNKNOWN
          && shown.startsWith(BLANK)) {
        shown = shown.substring(BLANK.length());
        atStart = model.normalizer().removeExtraBlanks();
      }
      out.append(piece.type() == Vocabulary.Type.UNKNOWN ? shown : shown.replace(BLANK, " "));
    }
    Utf8.append(bytes, byteCount, out);
    return out.toString();
  }

  private boolean stripsBlank() {
    return model.normalizer().dummyPrefix() || model.normalizer().removeExtraBlanks();
  }

  private String surface(Token piece) {
    return switch (piece.type()) {
      case CONTROL -> "";
      case UNKNOWN -> model.trainer().unknownSurface();
      default -> piece.text();
    };
  }
}
