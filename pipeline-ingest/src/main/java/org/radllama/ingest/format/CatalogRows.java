package org.radllama.ingest.format;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.radllama.catalog.TableName;
import org.radllama.ingest.record.Outcome;

/**
 * The rows of a table of Spark's, by the rules of {@link ParquetTable}: of its columns only those
 * asked for, texts, numbers, dates and times, under any name.
 */
public final class CatalogRows implements NamedColumns, Serializable {
  private final int maxBytes;
  private final List<String> names = new ArrayList<>();
  private final List<String> wanted = new ArrayList<>();
  private final List<Boolean> texts = new ArrayList<>();

  /**
   * Of a table.
   *
   * @param wanted the columns asked for, in their order; others and those of another type are left
   *     alone
   */
  public CatalogRows(StructType schema, int maxBytes, Collection<String> wanted) {
    this.maxBytes = maxBytes;
    Map<String, DataType> types = new HashMap<>();
    for (StructField field : schema.fields()) {
      names.add(field.name());
      types.put(field.name(), field.dataType());
    }
    for (String name : wanted) {
      DataType type = types.get(name);
      if (type != null && isUsable(type) && !this.wanted.contains(name)) {
        this.wanted.add(name);
        texts.add(isText(type));
      }
    }
  }

  private static boolean isText(DataType type) {
    return type instanceof StringType || type instanceof BinaryType;
  }

  private static boolean isUsable(DataType type) {
    return isText(type)
        || type instanceof NumericType
        || type.equals(DataTypes.DateType)
        || type.equals(DataTypes.TimestampType)
        || type.equals(DataTypes.TimestampNTZType);
  }

  @Override
  public boolean hasColumn(String name) {
    return wanted.contains(name);
  }

  @Override
  public String seen() {
    return ColumnNames.seen(names);
  }

  /**
   * What to select. Texts as their bytes: Spark would replace those that are not UTF-8, and order
   * texts by a collation where the column has one.
   */
  public Column[] columns() {
    Column[] columns = new Column[wanted.size()];
    for (int i = 0; i < columns.length; i++) {
      Column column = functions.col(TableName.quoted(wanted.get(i)));
      columns[i] = texts.get(i) ? column.cast(DataTypes.BinaryType).as(wanted.get(i)) : column;
    }
    return columns;
  }

  /** The cells of a row of {@link #columns}, or why it cannot be read. */
  public Outcome<RecordTable.Cells> cells(Row row) {
    Map<String, String> cells = new HashMap<>();
    for (int i = 0; i < wanted.size(); i++) {
      if (row.isNullAt(i)) {
        continue;
      }
      Outcome<String> cell =
          texts.get(i)
              ? CellText.text(wanted.get(i), row.<byte[]>getAs(i), maxBytes)
              : Outcome.kept(CellText.of(row.get(i)));
      if (!cell.isKept()) {
        return Outcome.rejected(cell.rejection().reason(), cell.rejection().detail());
      }
      cells.put(wanted.get(i), cell.value());
    }
    return Outcome.kept(new RecordTable.Cells(cells));
  }

  /**
   * SHA-256 in hexadecimal digits of a row's cells, each behind its length; of an absent one -1.
   */
  public String digest(Row row) {
    MessageDigest digest = DigestUtils.getSha256Digest();
    for (int i = 0; i < wanted.size(); i++) {
      byte[] bytes =
          row.isNullAt(i)
              ? null
              : texts.get(i)
                  ? row.<byte[]>getAs(i)
                  : CellText.of(row.get(i)).getBytes(StandardCharsets.UTF_8);
      digest.update(
          ByteBuffer.allocate(Integer.BYTES).putInt(bytes == null ? -1 : bytes.length).flip());
      if (bytes != null) {
        digest.update(bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
