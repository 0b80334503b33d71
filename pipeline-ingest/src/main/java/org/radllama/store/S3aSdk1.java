package org.radllama.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.hadoop.fs.FileSystem;

/** By the first AWS SDK, of Hadoop before 3.4. */
final class S3aSdk1 extends S3aStore {
  S3aSdk1(FileSystem fs) {
    super(fs);
  }

  private Object client() throws ReflectiveOperationException {
    // The public way to it warns of each use.
    return MethodUtils.invokeMethod(fileSystem(), true, "getAmazonS3Client");
  }

  private Object requests() throws ReflectiveOperationException {
    return call(fileSystem(), "getRequestFactory");
  }

  @Override
  String put(String key, byte[] body, String header, String value)
      throws ReflectiveOperationException {
    Object requests = requests();
    Object metadata = call(requests, "newObjectMetadata", (long) body.length);
    Object request =
        call(requests, "newPutObjectRequest", key, metadata, new ByteArrayInputStream(body));
    if (header != null) {
      call(request, "putCustomRequestHeader", header, value);
    }
    return (String) call(call(client(), "putObject", request), "getETag");
  }

  @Override
  Stored get(String key) throws ReflectiveOperationException, IOException {
    Object object = call(client(), "getObject", call(requests(), "newGetObjectRequest", key));
    try (InputStream in = (InputStream) call(object, "getObjectContent")) {
      String tag = (String) call(call(object, "getObjectMetadata"), "getETag");
      return new Stored(in.readAllBytes(), tag);
    }
  }

  @Override
  void delete(String key) throws ReflectiveOperationException {
    call(client(), "deleteObject", bucket(), key);
  }

  @Override
  int status(Throwable failure) throws ReflectiveOperationException {
    return isAnswer(failure) ? (int) call(failure, "getStatusCode") : 0;
  }

  @Override
  String code(Throwable failure) throws ReflectiveOperationException {
    return isAnswer(failure) ? String.valueOf(call(failure, "getErrorCode")) : "";
  }

  private static boolean isAnswer(Throwable failure) {
    return MethodUtils.getAccessibleMethod(failure.getClass(), "getStatusCode") != null;
  }
}
