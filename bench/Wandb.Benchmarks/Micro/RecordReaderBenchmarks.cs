using BenchmarkDotNet.Attributes;
using Wandb.Agent.RunFiles;

namespace Wandb.Benchmarks.Micro;

/// <summary>From the bytes of a file to records: framing and checksums, without a disk.</summary>
[MemoryDiagnoser]
public class RecordReaderBenchmarks
{
    // As the agent's own window.
    private const int WindowBytes = 8 * RunFileFormat.BlockBytes;

    private GeneratedRecords run = null!;

    [Params("100k", "strings", "wide")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Generate() => run = GeneratedRecords.Of(Shape);

    [Benchmark(Baseline = true)]
    public int ProtobufParsesHistory() => run.ParseHistoryWithProtobuf();

    /// <summary>The floor: what the checksums alone cost.</summary>
    [Benchmark]
    public uint ChecksumOfFile() => System.IO.Hashing.Crc32.HashToUInt32(run.File);

    [Benchmark]
    public long ReadRecords()
    {
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        ReadOnlySpan<byte> file = run.File;
        long payloadBytes = 0;
        while (true)
        {
            int start = (int)reader.Offset;
            int length = Math.Min(WindowBytes, file.Length - start);
            bool isEnd = start + length == file.Length;
            RecordReadResult result = reader.Read(file.Slice(start, length), start, isEnd);
            payloadBytes += result.Payload.Length;
            if (result.Kind == RecordReadKind.NeedMoreData && isEnd)
            {
                return payloadBytes;
            }
        }
    }
}
