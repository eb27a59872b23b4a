using System.Buffers.Binary;
using System.IO.Hashing;
using Google.Protobuf;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;

namespace Wandb.Agent.Tests.Inspection;

/// <summary>Records and small run files as the SDK writes them.</summary>
internal static class WrittenRecords
{
    public static byte[] Record(long num, RecordKind kind, byte[] body) => Record(num, (int)kind, body);

    public static byte[] Record(long num, int field, byte[] body)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt64(num);
            output.WriteTag(field, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(body));
        }
        return stream.ToArray();
    }

    public static byte[] Record(long num, RecordKind kind, IMessage body) => Record(num, kind, body.ToByteArray());

    public static byte[] Header(long num, string version)
    {
        byte[] text = System.Text.Encoding.UTF8.GetBytes(version);
        byte[] producer = [0x0A, (byte)text.Length, .. text];
        return Record(num, RecordKind.Header, [0x0A, (byte)producer.Length, .. producer]);
    }

    public static byte[] History(long num, params (string Path, string Value)[] items)
    {
        var history = new HistoryRecord();
        foreach (var (path, value) in items)
            history.Item.Add(new Item { NestedKey = { path.Split('.') }, ValueJson = value });
        return Record(num, RecordKind.History, history);
    }

    /// <summary>A file of one block: all records must fit into it.</summary>
    public static byte[] File(params byte[][] records)
    {
        var file = new List<byte>([(byte)':', (byte)'W', (byte)'&', (byte)'B', 0xE1, 0xBE, 0]);
        foreach (var record in records)
        {
            byte[] typeAndData = [1, .. record];
            var header = new byte[6];
            BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32.HashToUInt32(typeAndData));
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), (ushort)record.Length);
            file.AddRange(header);
            file.AddRange(typeAndData);
        }
        return [.. file];
    }
}
