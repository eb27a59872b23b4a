using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.EndToEnd.Tests.Golden;
using Wandb.Sandbox.Trainer;
using Xunit;

namespace Wandb.EndToEnd.Tests.Trainer;

/// <summary>The trainer's writer against files of the real SDK.</summary>
public sealed class SdkRunFileTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Files that end where a writer was closed, and hold nothing but what the container's writer writes.</summary>
    public static TheoryData<string> Undamaged =>
        [.. GoldenCase.Names.Where(name => name is "dmg_base" || !(name.StartsWith("dmg_", StringComparison.Ordinal) || name is "killed"))];

    [Theory]
    [MemberData(nameof(Undamaged))]
    public async Task Records_of_the_sdk_are_written_into_the_same_bytes(string name)
    {
        using PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load(name), TimeProvider.System, Stop);
        foreach (string folder in placed.RunFolders)
        {
            byte[] file = await File.ReadAllBytesAsync(Directory.GetFiles(folder, "run-*.wandb")[0], Stop);
            using var output = new MemoryStream();
            using (var writer = new RunFileWriter(output))
            {
                foreach (byte[] record in SdkRunFile.Records(file))
                {
                    writer.Append(record);
                }
            }

            Assert.Equal(file, output.ToArray());
        }
    }

    [Fact]
    public async Task Records_of_a_minimal_run_hold_what_the_sdk_writes()
    {
        using PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load("minimal"), TimeProvider.System, Stop);
        byte[][] sdk = [.. SdkRunFile.Records(await File.ReadAllBytesAsync(Directory.GetFiles(placed.RunFolders[0], "run-*.wandb")[0], Stop))];
        var run = new TrainerRun
        {
            RunId = "minima8394",
            Project = "demo",
            DisplayName = "minimal run",
            StartTime = At(sdk[1], 17, 17),
            EnvironmentTime = At(sdk[2], 26, 3),
            Program = "/tmp/run/minimal/work/train.py",
            Root = "/tmp/run/minimal",
            Email = "trainer@example.com",
            UserName = "trainer",
            WriterId = "s00zde6ron0yrppaci463a4y1ujit9h1",
        };
        var records = new RunRecordBytes(run.RunId);

        AssertSame(sdk[0], records.Header().ToArray());
        AssertSame(sdk[1], records.Run(run, "kgox7mnv4lxb").ToArray());
        AssertSame(sdk[2], records.Environment(run).ToArray());
        _ = records.Environment(run);
        AssertSame(sdk[4], records.File("requirements.txt", FilePolicy.Now, FileKind.Wandb).ToArray());
        AssertSame(sdk[5], records.Telemetry(run).ToArray());
        AssertSame(sdk[6], records.RuntimeSummary(0).ToArray());
        AssertSame(sdk[7], records.Summary([Item("a", 0), Item("b", 0), .. Times(1795519187.9526627, 0.034658523, 0)]).ToArray());
        AssertSame(sdk[8], records.History(0, [Item("a", 0), Item("b", 0), .. Times(1795519187.9526627, 0.034658523, 0)]).ToArray());
        _ = records.RuntimeSummary(0);
        _ = records.Summary([]);
        AssertSame(
            sdk[11],
            records.History(1, [Item("_step", 1), Item("a", 1), Item("b", 0.5), .. Times(1795519187.9669552, 0.049862282, 1)[..2]]).ToArray());
        for (int i = 12; i < 17; i++)
        {
            _ = records.RuntimeSummary(0);
        }

        AssertSame(sdk[17], records.Exit(0, 0, "1xfb9ga9mwci").ToArray());
        Assert.Equal(18, records.LastNumber);
    }

    [Fact]
    public async Task System_metrics_and_console_hold_what_the_sdk_writes()
    {
        var records = new RunRecordBytes("system9860");
        byte[] stats = await FirstWith(7, "system_metrics");
        StatsRecord body = StatsRecord.Parser.ParseFrom(Body(stats, 7));
        for (long number = 1; number < Number(stats); number++)
        {
            _ = records.RuntimeSummary(0);
        }

        AssertSame(stats, records.Stats(Time(body.Timestamp), [.. body.Item.Select(item => new RecordItem(RecordKey.Plain(item.Key), item.ValueJson))]).ToArray());

        records = new RunRecordBytes("consol0791");
        byte[] output = await FirstWith(13, "console_progress");
        OutputRecord text = OutputRecord.Parser.ParseFrom(Body(output, 13));
        for (long number = 1; number < Number(output); number++)
        {
            _ = records.RuntimeSummary(0);
        }

        AssertSame(output, records.OutputRaw(isError: false, Time(text.Timestamp), "start").ToArray());
    }

    private static RecordItem Item(string name, double value) => RecordItem.Of(name, SdkJson.Of(value));

    private static RecordItem[] Times(double timestamp, double runtime, long step) =>
        [Item("_timestamp", timestamp), Item("_runtime", runtime), RecordItem.Of("_step", SdkJson.Of(step))];

    private static async Task<byte[]> FirstWith(int field, string name)
    {
        using PlacedCase placed = await PlacedCase.PlaceAsync(GoldenCase.Load(name), TimeProvider.System, Stop);
        byte[] file = await File.ReadAllBytesAsync(Directory.GetFiles(placed.RunFolders[0], "run-*.wandb")[0], Stop);
        return SdkRunFile.Records(file).First(record => SdkRunFile.Fields(record).Any(inner => inner.Field == field));
    }

    private static ByteString Body(byte[] record, int field) => (ByteString)SdkRunFile.Fields(record).Single(inner => inner.Field == field).Value;

    private static long Number(byte[] record) => (long)SdkRunFile.Fields(record).Single(inner => inner.Field == 1).Value;

    private static DateTimeOffset At(byte[] record, int kind, int field) =>
        Time(Timestamp.Parser.ParseFrom(Body(Body(record, kind).ToByteArray(), field)));

    private static DateTimeOffset Time(Timestamp time) => DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanos / 100);

    /// <summary>The same fields with the same values: Go's marshaller orders the fields as it likes.</summary>
    private static void AssertSame(byte[] sdk, byte[] ours) =>
        Assert.Equal(
            SdkRunFile.Fields(sdk).OrderBy(field => field.Field).Select(Readable),
            SdkRunFile.Fields(ours).OrderBy(field => field.Field).Select(Readable));

    private static string Readable((int Field, object Value) field) => $"{field.Field}: " + (field.Field switch
    {
        2 => HistoryRecord.Parser.ParseFrom((ByteString)field.Value).ToString() + HistoryStep((ByteString)field.Value),
        3 => SummaryRecord.Parser.ParseFrom((ByteString)field.Value).ToString(),
        6 => FilesRecord.Parser.ParseFrom((ByteString)field.Value).ToString(),
        7 => InTicks(StatsRecord.Parser.ParseFrom((ByteString)field.Value)).ToString(),
        11 => WithoutFlags(TelemetryRecord.Parser.ParseFrom((ByteString)field.Value)).ToString(),
        17 => WithoutFlags(RunRecord.Parser.ParseFrom((ByteString)field.Value)).ToString(),
        18 => RunExitRecord.Parser.ParseFrom((ByteString)field.Value).ToString(),
        26 => EnvironmentRecord.Parser.ParseFrom((ByteString)field.Value).ToString(),
        _ => field.Value is ByteString bytes ? Convert.ToHexString(bytes.Span) : field.Value.ToString(),
    });

    private static string HistoryStep(ByteString history) =>
        string.Join(',', SdkRunFile.Fields(history.ToByteArray()).Where(field => field.Field == 2).Select(field => Convert.ToHexString(((ByteString)field.Value).Span)));

    /// <summary>The SDK counts nanoseconds, we count ticks of 100.</summary>
    private static StatsRecord InTicks(StatsRecord stats)
    {
        stats.Timestamp.Nanos -= stats.Timestamp.Nanos % 100;
        return stats;
    }

    /// <summary>Which of its features a script used is its own business.</summary>
    private static TelemetryRecord WithoutFlags(TelemetryRecord telemetry) => new(telemetry) { Feature = ByteString.Empty };

    private static RunRecord WithoutFlags(RunRecord run) => new(run) { Telemetry = WithoutFlags(run.Telemetry) };
}
