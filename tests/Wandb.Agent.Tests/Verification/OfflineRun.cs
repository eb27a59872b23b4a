using System.Globalization;
using System.Text;
using Google.Protobuf;
using Wandb.Agent.Tests.Artifacts;
using Wandb.Agent.Uploads;
using Wandb.Sandbox.Trainer;

namespace Wandb.Agent.Tests.Verification;

/// <summary>A small offline run: rows with a step and a loss, console lines, one event, files, perhaps an artifact.</summary>
internal sealed record OfflineRun
{
    public string RunId { get; init; } = "abc";

    /// <summary>Hour of the start; parts of one run differ in it.</summary>
    public int Hour { get; init; } = 12;

    public int FirstStep { get; init; }

    public int Rows { get; init; } = 5;

    public int ConsoleLines { get; init; } = 2;

    public string Writer { get; init; } = new('w', 32);

    /// <summary>Name and content.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string> { ["notes.txt"] = "as it was" };

    /// <summary>Content of the artifact's only file; null: no artifact.</summary>
    public string? Artifact { get; init; }

    public int? ExitCode { get; init; } = 0;

    /// <summary>Whether one record is missing from the file.</summary>
    public bool HasGap { get; init; }

    private DateTimeOffset Start => new(2026, 11, 24, Hour, 0, 0, TimeSpan.Zero);

    /// <param name="wandb">The directory that holds runs.</param>
    /// <returns>The run directory.</returns>
    public string WriteTo(string wandb)
    {
        var directory = Path.Combine(wandb, string.Create(CultureInfo.InvariantCulture, $"offline-run-20261124_{Hour}0000-{RunId}"));
        Directory.CreateDirectory(Path.Combine(directory, "files"));
        foreach (var (name, content) in Files)
            File.WriteAllText(Path.Combine(directory, "files", name), content);
        using var stream = File.Create(Path.Combine(directory, $"run-{RunId}.wandb"));
        using var writer = new RunFileWriter(stream);
        var records = new RunRecordBytes(RunId);
        var run = new TrainerRun { RunId = RunId, Project = "demo", StartTime = Start, WriterId = Writer };
        writer.Append(records.Header());
        writer.Append(records.Run(run, "slot"));
        writer.Append(records.Environment(run));
        foreach (var name in Files.Keys)
            writer.Append(records.File(name, FilePolicy.End, FileKind.Other));
        if (HasGap)
            records.RuntimeSummary(0);
        for (var line = 0; line < ConsoleLines; line++)
            writer.Append(records.OutputRaw(isError: false, Start, $"line {line}\n"));
        writer.Append(records.Stats(Start.AddSeconds(1), [new RecordItem(RecordKey.Plain("cpu"), SdkJson.Of(Hour))]));
        for (var step = FirstStep; step < FirstStep + Rows; step++)
        {
            RecordItem[] items = [RecordItem.Of("loss", SdkJson.Of(1.0 / (step + 1))), RecordItem.Of("_step", SdkJson.Of(step))];
            writer.Append(records.Summary(items));
            writer.Append(records.History(step, items));
        }
        if (Artifact is not null)
            writer.Append(ArtifactIn(directory, Artifact));
        if (ExitCode is { } code)
            writer.Append(records.Exit(code, 1, "slot"));
        return directory;
    }

    private static byte[] ArtifactIn(string directory, string content)
    {
        var staged = Path.Combine(directory, "weights.bin");
        File.WriteAllText(staged, content);
        var bytes = Encoding.UTF8.GetBytes(content);
        var record = ArtifactRecords.Model(ArtifactRecords.File("weights.bin", SourceDigest.OfBytes(bytes), bytes.Length, staged));
        // Without a number of its own, so that it leaves no gap.
        return new ProtoBytes().Message(8, record.ToByteArray()).Written.ToArray();
    }
}
