package org.radllama.ingest.privacy;

import java.util.Locale;

/**
 * Kinds of identifiers, after those that the Safe Harbor rule of HIPAA lists (45 CFR
 * 164.514(b)(2)). Where two overlap, the one that stands first here names both.
 */
public enum Identifier {
  /** An address of electronic mail. */
  EMAIL,
  /** A web address or a path of a file server. */
  URL,
  /** A social security number, or what other countries number their people with. */
  SSN,
  /** The number of an insurance, policy or member. */
  INSURANCE,
  /** The number of an examination or order. */
  ACCESSION,
  /** A day, a month with its year, or the year of something that is said to have been then. */
  DATE,
  /** The number of a telephone, fax or pager. */
  PHONE,
  /**
   * The number of a medical record, patient, stay or device, or any other of seven digits or more.
   */
  RECORD,
  /** A network address. */
  IP,
  /** An age over 89. */
  AGE,
  /** A street with its number, a post office box, or a postcode beside its town. */
  ADDRESS,
  /** A hospital, clinic or practice by its name. */
  HOSPITAL,
  /** A person's name. */
  NAME;

  /** The name in settings, lists and counts. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
