using BenchmarkDotNet.Attributes;
using Wandb.Agent.Records;
using Wandb.Agent.Streaming;

namespace Wandb.Benchmarks.Micro;

/// <summary>From rows to bodies of requests.</summary>
[MemoryDiagnoser]
public class LineBuilderBenchmarks
{
    private readonly LineBuffer target = new(2 * StreamFiles.BodyBytes);
    private GeneratedRecords run = null!;
    private byte[][] values = [];
    private StreamState stream = null!;

    [Params("100k", "strings", "objects")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Generate()
    {
        run = GeneratedRecords.Of(Shape);
        values = [.. run.History.SelectMany(ValuesOf)];
        stream = new StreamState(new ItemPathTable(), default, new BodyPool(StreamFiles.BodyBytes));
    }

    [Benchmark(Baseline = true)]
    public int ProtobufParsesHistory() => run.ParseHistoryWithProtobuf();

    /// <summary>Every value of every row, escaped as the inside of a JSON string.</summary>
    [Benchmark]
    public long AppendEscaped()
    {
        long bytes = 0;
        foreach (byte[] value in values)
        {
            target.Truncate(0);
            target.AppendEscaped(value);
            bytes += target.Length;
        }

        return bytes;
    }

    /// <summary>The whole way of a row, into bodies that are sealed when they are full and given back at once.</summary>
    [Benchmark]
    public long AddRowsAndSeal()
    {
        long bytes = 0;
        foreach (byte[] record in run.History)
        {
            if (stream.AddRow(GeneratedRecords.BodyOf(record), out _) != RowOutcome.Appended)
            {
                throw new InvalidDataException("A generated row was refused");
            }

            if (stream.IsFull)
            {
                bytes += SealBody();
            }
        }

        return bytes + SealBody();
    }

    private int SealBody()
    {
        LineBuffer body = stream.Seal(summary: [], exitCode: null);
        int length = body.Length;
        stream.Return(body);
        return length;
    }

    private static IEnumerable<byte[]> ValuesOf(byte[] record) =>
        Wandb.Agent.Records.Wire.HistoryRecord.Parser.ParseFrom(GeneratedRecords.BodyOf(record).ToArray())
            .Item.Select(item => System.Text.Encoding.UTF8.GetBytes(item.ValueJson));
}
