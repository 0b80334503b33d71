package org.radllama.train.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StallWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Logger logger = (Logger) LogManager.getLogger(StallWatch.class);
  private final AbstractAppender appender =
      new AbstractAppender("said", null, null, false, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          said.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void saysOnceThatNothingEndsAndThenThatItGoesOn() {
    try (StallWatch watch = new StallWatch(Duration.ofMinutes(10), 4, nanos::get)) {
      pass(Duration.ofMinutes(9));
      watch.look();
      assertThat(said).isEmpty();
      pass(Duration.ofMinutes(1));
      watch.look();
      pass(Duration.ofMinutes(30));
      watch.look();
      assertThat(said)
          .singleElement()
          .asString()
          .startsWith("WARN no step has ended for 600 s, since step 4");
      watch.ended(5);
      assertThat(said).hasSize(2).last().asString().startsWith("INFO step 5 has ended");
      watch.ended(6);
      pass(Duration.ofMinutes(10));
      watch.look();
      assertThat(said).hasSize(3).last().asString().contains("since step 6");
    }
  }

  @Test
  void looksByItselfUnlessItIsOff() throws InterruptedException {
    StallWatch off = StallWatch.start(Duration.ZERO, 0);
    StallWatch watch = StallWatch.start(Duration.ofMillis(50), 0);
    for (int i = 0; i < 200 && said.isEmpty(); i++) {
      Thread.sleep(20);
    }
    off.close();
    watch.close();
    assertThat(said).hasSize(1);
  }
}
