using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Wandb.Agent.Records.Wire;
using Wandb.Sandbox.Trainer;

namespace Wandb.EndToEnd.Tests.Harness;

/// <summary>
/// The records of one run file, numbered 1, 2, 3… in the order of the calls; every kind that the tests need, with as little content as it takes.
/// </summary>
internal sealed class RunRecords(string runId)
{
    /// <summary>When every run of the tests was started, seconds since 1970.</summary>
    public const long StartSeconds = 1_790_000_000;

    private const int HistoryField = 2;
    private const int SummaryField = 3;
    private const int OutputField = 4;
    private const int ConfigField = 5;
    private const int FilesField = 6;
    private const int StatsField = 7;
    private const int ArtifactField = 8;
    private const int AlertField = 10;
    private const int OutputRawField = 13;
    private const int RunField = 17;
    private const int ExitField = 18;
    private const int HeaderField = 21;
    private const int EnvironmentField = 26;

    private readonly List<byte[]> _records = [];
    private long _number;

    public string RunId => runId;

    /// <summary>How many records there are.</summary>
    public int Count => _records.Count;

    /// <summary>Header, run and environment: what every file of the SDK begins with.</summary>
    /// <param name="later">Seconds after <see cref="StartSeconds"/>.</param>
    public RunRecords Start(Action<RunRecord>? change = null, long later = 0, string writer = "w")
    {
        var run = new RunRecord { RunId = runId, Project = "demo", StartTime = At(later), Host = "trainer-0", DisplayName = $"name of {runId}" };
        change?.Invoke(run);
        Add(HeaderField, new ProtoBytes().Message(1, new ProtoBytes().Text(1, "0.28.2+").Written).Written);
        Run(run);
        return Add(EnvironmentField, new EnvironmentRecord
        {
            Os = "Linux",
            Python = "CPython 3.11.7",
            StartedAt = At(later),
            Program = "/srv/trainer/train.py",
            CodePath = "train.py",
            CodePathLocal = "train.py",
            Root = "/srv/trainer",
            Host = "trainer-0",
            Executable = "/usr/bin/python3",
            WriterId = writer.PadRight(32, 'w'),
        });
    }

    public RunRecords Run(RunRecord run) => Add(RunField, run);

    /// <param name="items">Keys with their JSON; the step is added.</param>
    public RunRecords Row(long step, params ReadOnlySpan<(string Key, string Json)> items)
    {
        var row = new HistoryRecord();
        foreach (var (key, json) in items)
            row.Item.Add(Item(key, json));
        row.Item.Add(Item("_step", step.ToString(CultureInfo.InvariantCulture)));
        return Add(HistoryField, row);
    }

    /// <param name="padding">Characters of text in every row: to make a file longer.</param>
    public RunRecords Rows(int first, int count, int padding = 0)
    {
        for (var step = first; step < first + count; step++)
        {
            var loss = ("loss", string.Create(CultureInfo.InvariantCulture, $"{1.0 / (step + 1):R}"));
            _ = padding == 0 ? Row(step, loss) : Row(step, loss, ("text", Json(new string((char)('a' + step % 26), padding))));
        }
        return this;
    }

    public RunRecords Summary(string key, string json) => Add(SummaryField, new SummaryRecord { Update = { Item(key, json) } });

    public RunRecords Config(string key, string json) => Add(ConfigField, new ConfigRecord { Update = { new Item { Key = key, ValueJson = json } } });

    public RunRecords Event(long second) => Add(StatsField, new StatsRecord
    {
        Timestamp = At(second),
        Item = { new StatsRecord.Types.StatsItem { Key = "cpu", ValueJson = second.ToString(CultureInfo.InvariantCulture) } },
    });

    /// <summary>What <c>console="wrap"</c> writes.</summary>
    public RunRecords Console(string text, long second = 0) => Add(OutputRawField, Output(text, second));

    /// <summary>What <c>console="redirect"</c> writes.</summary>
    public RunRecords Redirected(string text, long second) => Add(OutputField, Output(text, second));

    /// <param name="path">Below the run's <c>files</c> folder.</param>
    /// <param name="policy">0 now, 1 at the end, 2 live.</param>
    public RunRecords File(string path, int policy = 1) => Add(
        FilesField,
        new FilesRecord { Files = { new FilesRecord.Types.FilesItem { Path = path, Policy = policy } } });

    public RunRecords Artifact(ArtifactRecord artifact) => Add(ArtifactField, artifact);

    public RunRecords Alert(string title) =>
        Add(AlertField, new AlertRecord { Title = title, Text = $"text of {title}", Level = "WARN", WaitDuration = 60 });

    public RunRecords Exit(int code = 0) => Add(ExitField, new RunExitRecord { ExitCode = code, Runtime = 10 });

    public RunRecords Add(int field, IMessage message) => Add(field, message.ToByteArray());

    /// <param name="field">Of the Record message; any number.</param>
    public RunRecords Add(int field, ReadOnlySpan<byte> body)
    {
        _number++;
        _records.Add(new ProtoBytes().Number(1, _number).Message(field, body).Written.ToArray());
        return this;
    }

    /// <summary>The whole file.</summary>
    public byte[] ToFile() => ToFile(_records.Count);

    /// <summary>A file that ends after so many records.</summary>
    public byte[] ToFile(int records)
    {
        using var output = new MemoryStream();
        using (var writer = new RunFileWriter(output))
            _records.Take(records).ToList().ForEach(record => writer.Append(record));
        return output.ToArray();
    }

    public static string Json(string text) => JsonSerializer.Serialize(text);

    /// <summary>An item of history or summary whose key or value need not be UTF-8.</summary>
    public static byte[] RawItem(ReadOnlySpan<byte> key, ReadOnlySpan<byte> json) =>
        new ProtoBytes().Message(2, key).Message(16, json).Written.ToArray();

    private static Item Item(string key, string json) => new() { NestedKey = { key }, ValueJson = json };

    private static OutputRecord Output(string text, long second) => new() { OutputType = 1, Timestamp = At(second), Line = text };

    private static Timestamp At(long second) => new() { Seconds = StartSeconds + second };
}
