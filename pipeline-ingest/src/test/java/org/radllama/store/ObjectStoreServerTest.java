package org.radllama.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What other tests rely on. */
class ObjectStoreServerTest {
  @TempDir Path folder;

  @Test
  void keepsObjectsAndCountsRequests() throws Exception {
    try (ObjectStoreServer server = ObjectStoreServer.start(folder)) {
      org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(server.uri("a/b"));
      FileSystem fs = FileSystem.newInstance(path.toUri(), server.configuration());
      server.requests();
      try (OutputStream out = fs.create(path)) {
        out.write(new byte[] {1, 2, 3});
      }
      assertThat(server.requests()).containsEntry("PutObject", 1).doesNotContainKey("GetObject");
      assertThat(server.bucket().resolve("a/b")).hasBinaryContent(new byte[] {1, 2, 3});
      assertThat(fs.getFileStatus(path).getLen()).isEqualTo(3);
      assertThat(server.requests()).hasSize(1).containsEntry("HeadObject", 1);
      fs.close();
    }
  }
}
