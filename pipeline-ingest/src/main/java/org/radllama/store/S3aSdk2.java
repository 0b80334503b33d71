package org.radllama.store;

import java.util.Optional;
import org.apache.commons.lang3.reflect.MethodUtils;
import org.apache.hadoop.fs.FileSystem;

/** By the second AWS SDK, of Hadoop from 3.4 on. */
final class S3aSdk2 extends S3aStore {
  S3aSdk2(FileSystem fs) {
    super(fs);
  }

  private Object client() throws ReflectiveOperationException {
    return call(call(fileSystem(), "getS3AInternals"), "getAmazonS3Client", "conditional requests");
  }

  private Class<?> sdk(String name) throws ReflectiveOperationException {
    return Class.forName(
        "software.amazon.awssdk." + name, true, fileSystem().getClass().getClassLoader());
  }

  @Override
  String put(String key, byte[] body, String header, String value)
      throws ReflectiveOperationException {
    Object request =
        call(fileSystem(), "newPutObjectRequestBuilder", key, (long) body.length, false);
    if (header != null) {
      // What s3a has set there, its time limits, stays.
      Object known = call(request, "overrideConfiguration");
      Object headers =
          known == null
              ? MethodUtils.invokeStaticMethod(
                  sdk("awscore.AwsRequestOverrideConfiguration"), "builder")
              : call(known, "toBuilder");
      call(headers, "putHeader", header, value);
      MethodUtils.invokeMethod(request, "overrideConfiguration", call(headers, "build"));
    }
    Object content =
        MethodUtils.invokeStaticMethod(sdk("core.sync.RequestBody"), "fromBytes", body);
    return (String) call(call(client(), "putObject", call(request, "build"), content), "eTag");
  }

  @Override
  Stored get(String key) throws ReflectiveOperationException {
    Object requests = call(fileSystem(), "getRequestFactory");
    Object request = call(call(requests, "newGetObjectRequestBuilder", key), "build");
    Object got = call(client(), "getObjectAsBytes", request);
    return new Stored(
        (byte[]) call(got, "asByteArray"), (String) call(call(got, "response"), "eTag"));
  }

  @Override
  void delete(String key) throws ReflectiveOperationException {
    Object request =
        MethodUtils.invokeStaticMethod(sdk("services.s3.model.DeleteObjectRequest"), "builder");
    call(call(request, "bucket", bucket()), "key", key);
    call(client(), "deleteObject", call(request, "build"));
  }

  @Override
  int status(Throwable failure) throws ReflectiveOperationException {
    return sdk("core.exception.SdkServiceException").isInstance(failure)
        ? (int) call(failure, "statusCode")
        : 0;
  }

  @Override
  String code(Throwable failure) throws ReflectiveOperationException {
    if (!sdk("awscore.exception.AwsServiceException").isInstance(failure)) {
      return "";
    }
    Optional<Object> details = Optional.ofNullable(call(failure, "awsErrorDetails"));
    return details.isEmpty() ? "" : String.valueOf(call(details.get(), "errorCode"));
  }
}
