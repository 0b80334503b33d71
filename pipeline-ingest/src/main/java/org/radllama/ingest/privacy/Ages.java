package org.radllama.ingest.privacy;

import static org.radllama.ingest.privacy.Rule.BEGIN;
import static org.radllama.ingest.privacy.Rule.END;

import java.util.List;

/** Ages over 89. */
final class Ages {
  private static final String NUMBER = "(?:9\\d|1[0-2]\\d)(?:\\.\\d{1,2}+|(?= ?\\d/\\d))?+";
  private static final String UNIT =
      "(?:years?|yrs?\\.?|yr|y\\.?\\s?/?\\s?o\\.?|yo|jahre?|jährige?[rs]?|ans|a\\u00f1os|anni|anos|jaar|jarige|y)";
  private static final String OLD = "(?:[\\s-]{1,2}olds?| of age)?+";
  private static final String WORDS =
      "(?:ninety(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?|nineties"
          + "|(?:one|a) hundred(?:(?: and)?[ -](?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve))?)";
  private static final String FEVER =
      "(?<!(?:temp|temperature|fever|febrile|tmax|temp\\.|of|to|at|degrees)[\\s:]{0,2})";

  static final List<Rule> RULES =
      List.of(
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?<![\\d.,/-])(?<hit>"
                  + NUMBER
                  + "[\\s-]{0,2}"
                  + UNIT
                  + OLD
                  + ")(?![\\p{L}])(?!\\s?(?:ago|follow|earlier|later|before|after|of experience|history|survival))"),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?:aged?|age ?/ ?sex|age is|age of|alter|edad|\\u00e2ge|et\\u00e0|idade|leeftijd)\\s{0,2}[:=(]?\\s{0,2}(?:about |approximately )?(?<hit>"
                  + NUMBER
                  + ")(?!\\d|\\.\\d)y?"
                  + END
                  + "(?!\\s?(?:days?|months?|mos?|weeks?|wks?|hours?|hrs?|minutes?|%)(?![\\p{L}]))"),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?<hit>"
                  + WORDS
                  + "[\\s-]{1,2}"
                  + UNIT
                  + OLD
                  + ")(?![\\p{L}])(?!\\s?(?:ago|follow|earlier|later|before|after))"),
          Rule.of(Identifier.AGE, BEGIN + "(?:aged?|age of)\\s{1,2}(?<hit>" + WORDS + ")" + END),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?:his|her|their|the) (?:early |mid[ -]?|late )?(?<hit>nineties|(?:9|10)0'?s|hundreds)"
                  + END),
          Rule.of(Identifier.AGE, BEGIN + "(?<hit>nonagenarian|centenarian)s?" + END),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?<![\\d.,/-])"
                  + "(?=[19])"
                  + FEVER
                  + "(?<hit>(?:9\\d|1[0-2]\\d)(?:\\s?-?\\s?(?:m|f|male|female)|[- ]?(?:year|yr|yo)[- ]?(?:m|f)))(?!\\.\\d)"
                  + "(?=\\s?(?:with|w/|presenting|presents|who|s/p|status|admitted|here|hx|h/o|c/o|complain|found|[.,;:]|$|\\())"),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?<![\\d.,/-])(?<hit>(?:9\\d|1[0-2]\\d)[\\s-]{1,2}(?:male|female|man|woman|lady|gentleman|patient))"
                  + END),
          Rule.of(
              Identifier.AGE,
              BEGIN
                  + "(?:[mf]|male|female|man|woman)\\s?[,/]?\\s?(?:age )?(?<hit>(?:9\\d|1[0-2]\\d)\\s?(?:y|yo|yrs?|years?))"
                  + END));

  private Ages() {}
}
