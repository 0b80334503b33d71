package org.radllama.eval.study;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import javax.crypto.Mac;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * Ids and orders that nobody can foretell or trace back without the key.
 *
 * @param hex 64 hexadecimal digits
 */
record Secret(String hex) {
  private static final int ID_BYTES = 8;

  /** An {@code x}, lest a spreadsheet take it for a number, and 16 hexadecimal digits. */
  String id(String... names) {
    return "x" + HexFormat.of().formatHex(mac(names), 0, ID_BYTES);
  }

  /** The same things in an order of their own for every purpose. */
  <T> List<T> shuffled(List<T> things, Function<T, String> name, String... purpose) {
    Map<ByteBuffer, T> byMac = new TreeMap<>();
    for (T thing : things) {
      String[] names = new String[purpose.length + 1];
      System.arraycopy(purpose, 0, names, 0, purpose.length);
      names[purpose.length] = name.apply(thing);
      byMac.put(ByteBuffer.wrap(mac(names)), thing);
    }
    if (byMac.size() != things.size()) {
      throw new IllegalStateException("two of one name in an order of " + purpose[0]);
    }
    return new ArrayList<>(byMac.values());
  }

  private byte[] mac(String... names) {
    Mac mac =
        HmacUtils.getInitializedMac(HmacAlgorithms.HMAC_SHA_256, HexFormat.of().parseHex(hex));
    for (String name : names) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      mac.update(bytes);
    }
    return mac.doFinal();
  }

  @Override
  public String toString() {
    return "Secret";
  }
}
