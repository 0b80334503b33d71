package org.radllama.deploy.security;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;

/**
 * The constants of a class file (Java Virtual Machine Specification, 4.4).
 *
 * @param names every text among them: names of classes and members, descriptors, strings
 * @param calls methods that the class may call, as {@code class.method(parameters}
 */
record Constants(Set<String> names, Set<String> calls) {
  static Constants of(InputStream file) throws IOException {
    DataInputStream in = new DataInputStream(file);
    if (in.readInt() != 0xCAFEBABE) {
      throw new IOException("no class file");
    }
    in.skipNBytes(4);
    int count = in.readUnsignedShort();
    int[] tags = new int[count];
    int[] first = new int[count];
    int[] second = new int[count];
    String[] texts = new String[count];
    for (int i = 1; i < count; i++) {
      tags[i] = in.readUnsignedByte();
      switch (tags[i]) {
        case 1 -> texts[i] = in.readUTF();
        case 3, 4 -> in.skipNBytes(4);
        case 9, 10, 11, 12, 17, 18 -> {
          first[i] = in.readUnsignedShort();
          second[i] = in.readUnsignedShort();
        }
        case 5, 6 -> {
          in.skipNBytes(8);
          i++;
        }
        case 7, 8, 16, 19, 20 -> first[i] = in.readUnsignedShort();
        case 15 -> in.skipNBytes(3);
        default -> throw new IOException("no constant has the tag " + tags[i]);
      }
    }
    Set<String> names = new TreeSet<>();
    Set<String> calls = new TreeSet<>();
    for (int i = 1; i < count; i++) {
      if (tags[i] == 1) {
        names.add(texts[i]);
      } else if (tags[i] == 10 || tags[i] == 11) {
        String parameters = texts[second[second[i]]].replaceFirst("\\).*", "");
        calls.add(texts[first[first[i]]] + "." + texts[first[second[i]]] + parameters);
      }
    }
    return new Constants(names, calls);
  }
}
