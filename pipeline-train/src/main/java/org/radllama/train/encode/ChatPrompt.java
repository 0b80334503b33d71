package org.radllama.train.encode;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import org.radllama.dataset.PromptTemplate;
import org.radllama.failure.BadInputException;
import org.radllama.train.chat.ChatTemplate;
import org.radllama.train.chat.ChatTemplate.Message;
import org.radllama.train.tokenizer.LlamaTokenizer;

/**
 * A model's own chat template: the user says the instruction and the input, the assistant the
 * output. Ids are those of transformers' {@code apply_chat_template}, up to the token that ends the
 * assistant's turn; where the template writes none it is the end token.
 */
public final class ChatPrompt implements PromptFormat {
  /** The format's name, recorded beside an adapter. */
  public static final String NAME = "chat";

  private static final String ASKED = "Question";
  private static final String SAID = "Answer";

  private final LlamaTokenizer tokenizer;
  private final ChatTemplate template;
  private final String behind;
  private final int end;
  private final boolean endsTurn;

  /**
   * A format.
   *
   * @throws BadInputException when the template cannot be used: it refuses the two turns, or what
   *     it asks with is not how the whole conversation begins
   */
  public ChatPrompt(LlamaTokenizer tokenizer, ChatTemplate template) {
    this.tokenizer = tokenizer;
    this.template = template;
    String asked = template.renderInvented(List.of(new Message("user", ASKED)), true);
    String whole = template.renderInvented(turns(ASKED, SAID), false);
    int said = whole.lastIndexOf(SAID);
    if (said < 0 || !whole.startsWith(asked) || said < asked.length()) {
      throw new BadInputException(
          "the chat template does not begin an answer with its own generation prompt, so a model cannot be trained with it");
    }
    String rest = whole.substring(said + SAID.length());
    Optional<MatchResult> mark = tokenizer.firstSpecial(rest);
    this.behind = mark.map(found -> rest.substring(found.end())).orElse(rest);
    this.end = mark.map(found -> tokenizer.encodeMarked(found.group())[0]).orElse(tokenizer.eos());
    this.endsTurn = mark.isPresent();
  }

  private static List<Message> turns(String asked, String said) {
    return List.of(new Message("user", asked), new Message("assistant", said));
  }

  /** What the user says. */
  public static String question(String instruction, String input) {
    return PromptTemplate.question(instruction, input);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String sha256() {
    return template.sha256();
  }

  @Override
  public int[] prompt(String instruction, String input) {
    return tokenizer.encodeMarked(asked(question(instruction, input)));
  }

  private String asked(String question) {
    return template.render(List.of(new Message("user", question)), true);
  }

  @Override
  public int[] answer(String instruction, String input, int[] prompt, String output) {
    String question = question(instruction, input);
    String whole = template.render(turns(question, output), false);
    String asked = asked(question);
    if (!whole.startsWith(asked) || !whole.endsWith(behind)) {
      throw new BadInputException(
          "the chat template formats a question differently when an answer follows");
    }
    String turn = whole.substring(0, whole.length() - behind.length());
    int[] ids = tokenizer.encodeMarked(turn);
    int[] tail =
        startsWith(ids, prompt)
            ? Arrays.copyOfRange(ids, prompt.length, ids.length)
            : tokenizer.encodeMarked(turn.substring(asked.length()));
    if (endsTurn) {
      return tail;
    }
    int[] ended = Arrays.copyOf(tail, tail.length + 1);
    ended[tail.length] = end;
    return ended;
  }

  private static boolean startsWith(int[] ids, int[] start) {
    return ids.length >= start.length
        && Arrays.equals(ids, 0, start.length, start, 0, start.length);
  }

  @Override
  public int end() {
    return end;
  }
}
