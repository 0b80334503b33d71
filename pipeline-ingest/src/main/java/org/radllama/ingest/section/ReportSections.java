package org.radllama.ingest.section;

import static org.radllama.text.Format.format;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.radllama.dataset.Background;
import org.radllama.ingest.record.HeaderRule;
import org.radllama.ingest.section.Heading.Place;

/**
 * The sections of a report of free form, as hospitals export them.
 *
 * <p>A header is a known name ({@link HeaderNames}) in one of the forms of {@link HeaderRule}.
 * Names such as REPORT, RESULT or SUMMARY count as findings or impression only where the report has
 * no header that says so plainly. An unknown name, {@code LUNGS:}, belongs to the section in which
 * it stands. Inside the findings and the impression, a known name of another section ends them only
 * if it stands out: in capitals among other text, marked up, or at the start of a paragraph.
 *
 * @param texts by section name ({@code findings}, {@code impression}, {@code indication}, {@code
 *     history}, {@code technique}, {@code comparison}, {@code examination}, {@code
 *     recommendations}, {@code addendum}, {@code notification}, {@code administration}, {@code
 *     other}; {@code preamble} is what stands above the first header), stripped, none empty; in the
 *     order in which they begin
 * @param background of the sections that begin before the first impression: what stands behind one
 *     may repeat it
 * @param findingsRule by which form the findings' header was found; null without findings
 * @param impressionRule likewise
 * @param joined whether one section is made of several that follow one another
 * @param picked whether there was a choice between several findings or impressions
 */
public record ReportSections(
    Map<String, String> texts,
    Background background,
    HeaderRule findingsRule,
    HeaderRule impressionRule,
    boolean joined,
    boolean picked) {

  /** The findings, empty if there are none. */
  public String findings() {
    return texts.getOrDefault(SectionNames.FINDINGS, "");
  }

  /** The impression, empty if there is none. */
  public String impression() {
    return texts.getOrDefault(SectionNames.IMPRESSION, "");
  }

  /**
   * Takes a report apart.
   *
   * @param text any text, newlines as {@code \n}
   * @param which of several findings or impressions that do not follow one another counts
   */
  public static ReportSections of(String text, HeaderNames names, MimicSections.Repeated which) {
    return new Parser(text, HeaderScan.of(text, names), which).parse();
  }

  /** Lengths only. */
  @Override
  public String toString() {
    return format(
        "ReportSections[findings=%d chars, impression=%d chars]",
        findings().length(), impression().length());
  }

  /** A section while it is put together. */
  private static final class Part {
    private final String name;
    private final Header header;
    private final List<String> texts = new ArrayList<>();

    Part(String name, Header header) {
      this.name = name;
      this.header = header;
    }

    String text() {
      return String.join("\n", texts);
    }
  }

  /** Decides which of the possible headers are headers, and cuts. */
  private static final class Parser {
    private final String text;
    private final List<Header> headers;
    private final MimicSections.Repeated which;
    private final List<Part> parts = new ArrayList<>();
    private final Map<Place, Predicate<Header>> main = new EnumMap<>(Place.class);

    Parser(String text, List<Header> headers, MimicSections.Repeated which) {
      this.text = text;
      this.headers = headers;
      this.which = which;
    }

    ReportSections parse() {
      choose();
      cut();
      Map<String, String> texts = new LinkedHashMap<>();
      Map<String, Header> by = new LinkedHashMap<>();
      boolean joined = false;
      boolean picked = false;
      for (Part part : parts) {
        joined |= isMain(part.name) && part.texts.size() > 1;
        if (!part.texts.isEmpty()) {
          boolean again = texts.containsKey(part.name);
          picked |= again && isMain(part.name);
          if (!again || which == MimicSections.Repeated.LAST) {
            texts.put(part.name, part.text());
            by.put(part.name, part.header);
          }
        }
      }
      return new ReportSections(
          texts,
          background(),
          rule(by.get(SectionNames.FINDINGS)),
          rule(by.get(SectionNames.IMPRESSION)),
          joined,
          picked);
    }

    private Background background() {
      Map<String, String> found = new HashMap<>();
      for (Part part : parts) {
        if (part.name.equals(SectionNames.IMPRESSION)) {
          break;
        }
        if (!part.texts.isEmpty()
            && (which == MimicSections.Repeated.LAST || !found.containsKey(part.name))) {
          found.put(part.name, part.text());
        }
      }
      return Background.of(section -> found.get(section.label()));
    }

    private static HeaderRule rule(Header header) {
      return header == null ? null : header.rule();
    }

    private static boolean isMain(String name) {
      return name.equals(SectionNames.FINDINGS) || name.equals(SectionNames.IMPRESSION);
    }

    /** Which headers begin the findings and the impression: the plainest that there are. */
    private void choose() {
      int firstImpression = first(h -> h.heading() == Heading.IMPRESSION && h.sure());
      int background = lastBackground(firstImpression, false);
      int head = lastBackground(firstImpression, true);
      main.put(
          Place.FINDINGS,
          plainest(
              List.of(
                  h -> h.heading() == Heading.FINDINGS && h.sure() && !h.qualified(),
                  h -> h.heading() == Heading.FINDINGS && h.sure(),
                  h -> h.heading() == Heading.WEAK_FINDINGS && h.sure(),
                  h ->
                      h.heading() == Heading.EITHER
                          && h.sure()
                          && h.start() < firstImpression
                          && h.start() > (h.rule() == HeaderRule.COLON ? background : head),
                  h -> h.heading() == Heading.FINDINGS)));
      int firstFindings = first(main.get(Place.FINDINGS));
      main.put(
          Place.IMPRESSION,
          plainest(
              List.of(
                  h -> h.heading() == Heading.IMPRESSION && h.sure() && !h.qualified(),
                  h -> h.heading() == Heading.IMPRESSION && h.sure(),
                  h ->
                      h.heading() == Heading.WEAK_IMPRESSION
                          && h.sure()
                          && h.start() > firstFindings,
                  h -> h.heading() == Heading.EITHER && h.sure() && h.start() > firstFindings,
                  h -> h.heading() == Heading.IMPRESSION,
                  h -> h.heading() == Heading.BOTH && h.sure())));
    }

    /** Where the last header starts that tells a REPORT above it to be a title. */
    private int lastBackground(int impression, boolean head) {
      return headers.stream()
          .filter(h -> h.sure() && h.start() < impression && (!h.isInLine() || h.apart()))
          .filter(
              h ->
                  h.heading().place() == Place.BACKGROUND
                      || (head && h.heading().place() == Place.HEAD))
          .mapToInt(Header::start)
          .max()
          .orElse(-1);
    }

    private Predicate<Header> plainest(List<Predicate<Header>> kinds) {
      return kinds.stream()
          .filter(kind -> headers.stream().anyMatch(kind))
          .findFirst()
          .orElse(header -> false);
    }

    private int first(Predicate<Header> kind) {
      return headers.stream().filter(kind).mapToInt(Header::start).min().orElse(text.length());
    }

    private void cut() {
      Part current = new Part(SectionNames.PREAMBLE, null);
      parts.add(current);
      int from = 0;
      for (Header header : headers) {
        Place place = begins(header);
        Place now = placeOf(current);
        if (place == null || !ends(now, place, header)) {
          continue;
        }
        add(current, from, header.start());
        from = header.body();
        String name = name(place, header);
        if (place != now || !isMain(name) || current.texts.isEmpty()) {
          current = new Part(name, header);
          parts.add(current);
        }
      }
      add(current, from, text.length());
    }

    private void add(Part part, int from, int to) {
      String stripped = Rules.strip(text.substring(Math.min(from, to), to));
      if (!stripped.isEmpty()) {
        part.texts.add(stripped);
      }
    }

    /** Where the section stands that a header begins; null if it is no header after all. */
    private Place begins(Header header) {
      for (Place place : List.of(Place.FINDINGS, Place.IMPRESSION)) {
        if (main.get(place).test(header)) {
          return place;
        }
      }
      return header.sure() ? header.heading().place() : null;
    }

    private static Place placeOf(Part part) {
      return switch (part.name) {
        case SectionNames.FINDINGS -> Place.FINDINGS;
        case SectionNames.IMPRESSION -> Place.IMPRESSION;
        default -> Place.BACKGROUND;
      };
    }

    private String name(Place place, Header header) {
      boolean chosen = main.containsKey(place) && main.get(place).test(header);
      return switch (place) {
        case FINDINGS -> chosen ? SectionNames.FINDINGS : SectionNames.OTHER;
        case IMPRESSION -> chosen ? SectionNames.IMPRESSION : SectionNames.OTHER;
        case EITHER -> SectionNames.OTHER;
        default -> header.heading().section();
      };
    }

    /** Whether a header ends the section in which it stands. */
    private boolean ends(Place now, Place place, Header header) {
      boolean inMain = now == Place.FINDINGS || now == Place.IMPRESSION;
      if (!inMain) {
        return true;
      }
      boolean chosen = main.containsKey(place) && main.get(place).test(header);
      return switch (place) {
        // The findings of one organ after another are one section.
        case FINDINGS, IMPRESSION -> chosen && !(place == now && header.qualified());
        case EITHER, HEAD -> false;
        case END -> !header.isInLine() || header.apart();
        case BACKGROUND -> header.apart() || (now == Place.IMPRESSION && !header.isInLine());
      };
    }
  }
}
