package org.radllama.ingest.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdFormsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "1234567 RECORD",
        "MRN0012345 RECORD",
        "MRN-12345 RECORD",
        "A1234567 RECORD",
        "ACC-2024-00123 RECORD",
        "2024-0012345 RECORD",
        "10000032-RR-14 RECORD",
        "20240131-0012 DATE",
        "20240131 DATE",
        "2024-01-31 DATE",
        "01/31/2024 DATE",
        "jane.doe@example.org EMAIL",
        "555-123-4567 PHONE",
        "123-45-6789 SSN",
        "DOE^JANE DOE,JANE^A",
        "DOE^JANE^19500102 NAME",
        "Doe,Jane NAME",
        "Jane_Doe NAME",
        "O'Neil^Ann NAME"
      })
  void tellsWhatAnIdLooksLike(String id, String kind) {
    if (kind.contains("^")) {
      assertThat(IdForms.of(id)).contains(Identifier.NAME);
      assertThat(IdForms.of(kind)).contains(Identifier.NAME);
    } else {
      assertThat(IdForms.of(id)).contains(Identifier.valueOf(kind));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "r12",
        "0",
        "12345",
        "R-0001",
        "CXR12",
        "row-9",
        "study_final",
        "chest-pa",
        "train/patient42142/study5/view1_frontal.jpg",
        "1.2.3",
        "a,b"
      })
  void passesWhatAStudyGives(String id) {
    assertThat(IdForms.of(id)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void passesUuidsAndDigests(int seed) {
    UUID uuid = new UUID(seed * 0x9e3779b97f4a7c15L, seed * 0xbf58476d1ce4e5b9L);
    assertThat(IdForms.of(uuid.toString())).isEqualTo(Optional.empty());
    assertThat(IdForms.of(uuid.toString().replace("-", ""))).isEmpty();
  }
}
