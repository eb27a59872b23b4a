using System.Buffers.Binary;
using Wandb.Agent.RunFiles;
using Wandb.Sandbox.Trainer;

namespace Wandb.Agent.Tests.RunFiles;

/// <summary>A record of a written file: its number, where it stands, what it holds.</summary>
internal sealed record PlacedRecord(long Num, long Start, long End, byte[] Content)
{
    public bool Touches(long block) => Start / RunFileFormat.BlockBytes <= block && (End - 1) / RunFileFormat.BlockBytes >= block;
}

/// <summary>A chunk of a written file and the number of the record that it is part of.</summary>
internal sealed record PlacedChunk(int Start, int End, ChunkType Type, long Num);

/// <summary>A run file made by the writer of the sandbox, which shares no code with the agent; records are numbered from 1.</summary>
internal sealed class NumberedFile
{
    private NumberedFile(byte[] bytes, List<PlacedRecord> records) => (Bytes, Records) = (bytes, records);

    public byte[] Bytes { get; }

    public IReadOnlyList<PlacedRecord> Records { get; }

    public int Blocks => (Bytes.Length + RunFileFormat.BlockBytes - 1) / RunFileFormat.BlockBytes;

    /// <param name="sizes">Bytes of each record, at least <see cref="SmallestRecord"/>.</param>
    public static NumberedFile Of(params IEnumerable<int> sizes)
    {
        using var output = new MemoryStream();
        using var writer = new RunFileWriter(output);
        var records = new List<PlacedRecord>();
        foreach (var size in sizes)
        {
            var start = output.Length;
            var left = RunFileFormat.BlockEnd(start) - start;
            if (left < RunFileFormat.ChunkHeaderBytes)
                start += left;
            var content = Record(records.Count + 1, size);
            writer.Append(content);
            writer.Flush();
            records.Add(new PlacedRecord(records.Count + 1, start, output.Length, content));
        }
        return new NumberedFile(output.ToArray(), records);
    }

    /// <summary>About so many blocks of records of 40 to 3000 bytes.</summary>
    public static NumberedFile OfBlocks(int blocks, int seed)
    {
        var random = new Random(seed);
        var sizes = new List<int>();
        for (var total = 0; total < blocks * RunFileFormat.BlockBytes - 3000; total += sizes[^1] + RunFileFormat.ChunkHeaderBytes)
            sizes.Add(random.Next(40, 3000));
        return Of(sizes);
    }

    public const int SmallestRecord = 8;

    /// <summary>A console record of exactly that many bytes. The length of the body takes three bytes, whatever it is: protobuf allows that.</summary>
    public static byte[] Record(int num, int size)
    {
        var record = new byte[size];
        var at = 0;
        record[at++] = 1 << 3;
        for (var rest = num; ; rest >>= 7)
        {
            record[at++] = (byte)(rest < 0x80 ? rest : rest & 0x7F | 0x80);
            if (rest < 0x80)
                break;
        }
        record[at++] = 13 << 3 | 2;
        var length = size - at - 3;
        record[at++] = (byte)(length & 0x7F | 0x80);
        record[at++] = (byte)(length >> 7 & 0x7F | 0x80);
        record[at++] = (byte)(length >> 14);
        new Random(num).NextBytes(record.AsSpan(at));
        return record;
    }

    public IEnumerable<PlacedChunk> Chunks()
    {
        foreach (var record in Records)
        {
            for (var at = (int)record.Start; at < record.End;)
            {
                var left = (int)RunFileFormat.BlockEnd(at) - at;
                if (left < RunFileFormat.ChunkHeaderBytes)
                {
                    at += left;
                    continue;
                }
                var end = at + RunFileFormat.ChunkHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(Bytes.AsSpan(at + 4));
                yield return new PlacedChunk(at, end, (ChunkType)Bytes[at + 6], record.Num);
                at = end;
            }
        }
    }
}
