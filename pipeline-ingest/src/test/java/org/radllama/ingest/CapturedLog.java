package org.radllama.ingest;

import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.apache.logging.log4j.core.layout.PatternLayout;

/** Everything logged at INFO and above, and ours at DEBUG, with whole stack traces. */
final class CapturedLog implements AutoCloseable {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
  private final Level before = context.getConfiguration().getRootLogger().getLevel();

  CapturedLog() {
    WriterAppender appender =
        WriterAppender.newBuilder()
            .setName("captured")
            .setTarget(new OutputStreamWriter(bytes, StandardCharsets.UTF_8))
            .setLayout(PatternLayout.newBuilder().withPattern("%p %c %m%n%xEx").build())
            .build();
    appender.start();
    context.getConfiguration().addAppender(appender);
    context.getConfiguration().getRootLogger().addAppender(appender, Level.ALL, null);
    context.getConfiguration().getRootLogger().setLevel(Level.INFO);
    context.getConfiguration().getRootLogger().removeAppender("console");
    context.updateLoggers();
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    context.getConfiguration().getRootLogger().removeAppender("captured");
    context.getConfiguration().getRootLogger().setLevel(before);
    context.updateLoggers();
  }
}
