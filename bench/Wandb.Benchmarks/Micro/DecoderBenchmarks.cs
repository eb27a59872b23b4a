using BenchmarkDotNet.Attributes;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;

namespace Wandb.Benchmarks.Micro;

/// <summary>From records to lines and summary: what one row costs the agent, over all rows of the file. Paths are known already, as in a long run.</summary>
[MemoryDiagnoser]
public class DecoderBenchmarks
{
    private readonly LineBuffer target = new(2 * StreamFiles.BodyBytes);
    private GeneratedRecords run = null!;
    private HistoryLine line = null!;
    private SummaryState summary = null!;

    [Params("100k", "strings", "histograms", "objects", "nested", "wide")]
    public string Shape { get; set; } = "";

    [GlobalSetup]
    public void Generate()
    {
        run = GeneratedRecords.Of(Shape);
        var paths = new ItemPathTable();
        (line, summary) = (new HistoryLine(paths), new SummaryState(paths));
    }

    [Benchmark(Baseline = true)]
    public int ProtobufParsesHistory() => run.ParseHistoryWithProtobuf();

    [Benchmark]
    public long HistoryToLines()
    {
        long bytes = 0;
        foreach (byte[] record in run.History)
        {
            target.Truncate(0);
            Require(line.Append(GeneratedRecords.BodyOf(record), target) == RowOutcome.Appended);
            bytes += target.Length;
        }

        return bytes;
    }

    [Benchmark]
    public long SummaryUpdates()
    {
        foreach (byte[] record in run.Summaries)
        {
            Require(summary.Apply(GeneratedRecords.BodyOf(record)));
        }

        return summary.Version;
    }

    private static void Require(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidDataException("A generated record was refused");
        }
    }
}
