using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Checkpoints;
using Xunit;

namespace Wandb.Agent.Tests.Fuzz;

/// <summary>
/// Reader and decoder against damaged files, for two seconds, or as long as <c>WANDB_FUZZ_SECONDS</c> says. A failure names its seed;
/// <see cref="Replay"/> with that seed does the same again.
/// </summary>
public sealed class RunFileFuzzTests
{
    // One run file and what is made of it, less the two buffers that every stream has.
    private const long MostBytesOfState = 64 * 1024 * 1024;

    private static readonly IReadOnlyList<IReadOnlyList<byte[]>> Corpus = [.. GoldenFiles.Names.Select(GoldenFiles.Records).Where(records => records.Count > 0)];

    [Fact]
    public void Damaged_files_neither_stop_the_agent_nor_spoil_what_it_sends()
    {
        var watch = Stopwatch.StartNew();
        var time = Duration();
        // Always from 1: whether a commit passes must not depend on the day; a longer run gets further.
        for (var seed = 1; watch.Elapsed < time; seed++)
        {
            try
            {
                Run(seed);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"Seed {seed} fails", exception);
            }
        }
    }

    /// <summary>Seeds that failed once.</summary>
    [Theory]
    [InlineData(1)]
    public void Replay(int seed) => Run(seed);

    private static void Run(int seed)
    {
        var random = new Random(seed);
        var file = new RunFileMutation(random, Corpus).Next();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var state = new RunState(RunOverrides.None);
        var replay = new RunReplay(state, new StreamState(state.Paths, default, new BodyPool(StreamFiles.BodyBytes)), new RecordLedger(), structuredConsole: random.Next(2) == 0);
        var reader = new RecordReader(RunFileFormat.HeaderBytes);
        for (var steps = 0; ; steps++)
        {
            Assert.True(steps <= 2 * file.Length + 2, "the reader does not come to an end");
            var result = reader.Read(file, 0, isEnd: true);
            if (result.Kind == RecordReadKind.NeedMoreData)
                break;
            if (result.Kind == RecordReadKind.Corrupt)
                replay.Ledger.AddDamage(result.Damage);
            else
                replay.Apply(result.Payload, reader.RecordStart, reader.ResumeOffset);
            if (random.Next(50) == 0)
                Send(replay, exitCode: null);
        }
        do
            Send(replay, exitCode: state.Exit?.Code);
        while (replay.Stream.HasPending);
        AssertCheckpointHolds(state, replay.Ledger);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostBytesOfState + 100L * file.Length, "memory that has nothing to do with the file's length");
    }

    private static void Send(RunReplay replay, int? exitCode)
    {
        replay.TakeConsole();
        var summary = new LineBuffer(256);
        replay.State.Summary.WriteTo(summary);
        Assert.True(ValueJson.IsValid(summary.WrittenSpan, 4096), "the summary is not JSON");
        var body = replay.Stream.Seal(summary.WrittenSpan, exitCode);
        using (var document = JsonDocument.Parse(body.WrittenMemory))
        {
            if (document.RootElement.TryGetProperty("files", out var files))
                AssertLines(files);
        }
        replay.Stream.Return(body);
    }

    private static void AssertLines(JsonElement files)
    {
        foreach (var file in files.EnumerateObject())
        {
            Assert.True(file.Value.GetProperty("offset").GetInt64() >= 0);
            foreach (var line in file.Value.GetProperty("content").EnumerateArray())
            {
                var text = line.GetString()!;
                if (!file.NameEquals(StreamFiles.Console))
                    Assert.True(!text.Contains('\n', StringComparison.Ordinal) && ValueJson.IsValid(System.Text.Encoding.UTF8.GetBytes(text), 4096), $"not a line of JSON: {text}");
            }
        }
    }

    private static void AssertCheckpointHolds(RunState state, RecordLedger ledger)
    {
        var checkpoint = SampleCheckpoint.Of(state, ledger);
        var stored = JsonSerializer.SerializeToUtf8Bytes(checkpoint, CheckpointJson.Default.Checkpoint);
        var loaded = JsonSerializer.Deserialize(stored, CheckpointJson.Default.Checkpoint)!;
        var again = RunState.FromSnapshot(loaded.State, RunOverrides.None);
        Assert.Equal(checkpoint.State.Config.Values, again.ToSnapshot().Config.Values);
        Assert.Equal(checkpoint.State.Summary.Count, again.ToSnapshot().Summary.Count);
    }

    private static TimeSpan Duration()
    {
#pragma warning disable RS0030 // A test has no composition root; this is the one place of the project that reads the environment.
        var seconds = Environment.GetEnvironmentVariable("WANDB_FUZZ_SECONDS");
#pragma warning restore RS0030
        return TimeSpan.FromSeconds(double.TryParse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed) ? parsed : 2);
    }
}
