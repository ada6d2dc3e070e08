// Writes the golden record batches with Apache's own kafka-clients; README.md beside it tells how to run it.
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.record.*;

public class RecordVectors {
  static final long TIME = 1_700_000_000_000L;
  static Path folder;

  public static void main(String[] arguments) throws Exception {
    folder = Path.of(arguments[0]);
    for (CompressionType type : CompressionType.values()) {
      Compression compression = Compression.of(type).build();
      write("shapes-" + type.name, MemoryRecords.withRecords(compression, shapes()));
      if (type != CompressionType.NONE) write("many-" + type.name, MemoryRecords.withRecords(compression, many()));
      if (type != CompressionType.NONE) write("noise-" + type.name, MemoryRecords.withRecords(compression, noise()));
    }
    Compression none = Compression.NONE;
    write("idempotent", MemoryRecords.withIdempotentRecords(none, 1099511627777L, (short) 3, 2147483646, many(5)));
    write("transactional", MemoryRecords.withTransactionalRecords(none, 4000L, (short) 0, 0, many(2)));
    MemoryRecordsBuilder appended = MemoryRecords.builder(
        ByteBuffer.allocate(512), (byte) 2, none, TimestampType.LOG_APPEND_TIME, 77L, TIME + 999);
    for (SimpleRecord record : many(3)) appended.append(record);
    write("log-append-time", appended.build());
    write("commit-marker", MemoryRecords.withEndTransactionMarker(
        42L, TIME, 6, 4000L, (short) 1, new EndTransactionMarker(ControlRecordType.COMMIT, 9)));
    write("abort-marker", MemoryRecords.withEndTransactionMarker(
        43L, TIME, 6, 4000L, (short) 1, new EndTransactionMarker(ControlRecordType.ABORT, 9)));
    write("leader-change", MemoryRecords.withLeaderChangeMessage(
        7L, TIME, 2, ByteBuffer.allocate(512), leaderChange()));
  }

  static SimpleRecord[] shapes() {
    List<SimpleRecord> records = new ArrayList<>();
    records.add(new SimpleRecord(TIME, bytes("key"), bytes("value")));
    records.add(new SimpleRecord(TIME + 1, (byte[]) null, bytes("no key")));
    records.add(new SimpleRecord(TIME + 300, bytes("no value"), null));
    records.add(new SimpleRecord(TIME - 5, bytes(""), bytes("")));
    records.add(new SimpleRecord(TIME + 200_000_000_000L, (byte[]) null, null));
    records.add(new SimpleRecord(TIME + 2, bytes("주문"), bytes("아메리카노 두 잔, 따뜻하게 ☕")));
    Header[] headers = new Header[20];
    for (int index = 0; index < headers.length; index++) {
      headers[index] = new RecordHeader("머리-" + index, index % 3 == 0 ? null : bytes("v".repeat(index)));
    }
    records.add(new SimpleRecord(TIME + 3, bytes("headers"), bytes("twenty"), headers));
    return records.toArray(new SimpleRecord[0]);
  }

  static SimpleRecord[] many() {
    return many(2000);
  }

  static SimpleRecord[] many(int count) {
    SimpleRecord[] records = new SimpleRecord[count];
    for (int index = 0; index < count; index++) {
      String value = "event " + index + " of a taxi that drives along the river 한강 at a steady pace, number " + index % 7;
      records[index] = new SimpleRecord(TIME + index * 10L, bytes("taxi-" + index % 13), bytes(value));
    }
    return records;
  }

  /** Bytes that hardly compress, so that codecs store them as they are. */
  static SimpleRecord[] noise() {
    byte[] value = new byte[3000];
    int state = 1;
    for (int index = 0; index < value.length; index++) {
      state = state * 1103515245 + 12345;
      value[index] = (byte) (state >>> 16);
    }
    return new SimpleRecord[] {new SimpleRecord(TIME, null, value)};
  }

  static LeaderChangeMessage leaderChange() {
    List<LeaderChangeMessage.Voter> voters = List.of(
        new LeaderChangeMessage.Voter().setVoterId(3), new LeaderChangeMessage.Voter().setVoterId(200));
    return new LeaderChangeMessage().setLeaderId(3).setVoters(voters).setGrantingVoters(voters.subList(0, 1));
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static void write(String name, MemoryRecords records) throws Exception {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] all = new byte[buffer.remaining()];
    buffer.get(all);
    String hex = HexFormat.of().formatHex(all);
    StringBuilder lines = new StringBuilder();
    for (int at = 0; at < hex.length(); at += 96) lines.append(hex, at, Math.min(at + 96, hex.length())).append('\n');
    Files.writeString(folder.resolve(name + ".hex"), lines);
  }
}
