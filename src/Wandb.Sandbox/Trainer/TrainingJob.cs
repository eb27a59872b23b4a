using System.Globalization;

namespace Wandb.Sandbox.Trainer;

/// <summary>A training that logs as a script with an offline SDK does: the file grows by blocks of 32 KiB, and the exit record comes with the last one.</summary>
internal sealed record TrainingJob
{
    // Console output and system metrics come less often than rows.
    private const int RowsPerConsoleLine = 50;
    private const int RowsPerStats = 200;

    public required TrainerRun Run { get; init; }

    /// <summary>Steps to log; at least 0.</summary>
    public required int Rows { get; init; }

    /// <summary>Steps a second; 0: as fast as it can.</summary>
    public required int RowsPerSecond { get; init; }

    /// <summary>How the script ends; null: it is killed, so that the last block and the exit record are missing.</summary>
    public int? ExitCode { get; init; } = 0;

    /// <summary>Which fold of a cross-validation it is: each learns a little differently. Default 0.</summary>
    public int Fold { get; init; }

    /// <summary>WANDB_DATA_DIR: an artifact of a staged file and one of a temporary file are logged in the middle; null: none.</summary>
    public string? ArtifactFolder { get; init; }

    /// <summary>The SDK uploads itself (online); null: it is offline.</summary>
    public SdkUpload? Upload { get; init; }

    /// <summary>Writes the run directory <c>wandb/offline-run-TIME-ID</c>, online <c>wandb/run-TIME-ID</c>.</summary>
    /// <param name="folder">The working folder of the script.</param>
    /// <returns>Path of the run file.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="HttpRequestException">Online: the server does not take it.</exception>
    public async Task<string> RunAsync(string folder, TimeProvider time, CancellationToken ct)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{(Upload is null ? "offline-" : "")}run-{Run.StartTime:yyyyMMdd_HHmmss}-{Run.RunId}");
        var directory = Path.Combine(folder, "wandb", name);
        Directory.CreateDirectory(Path.Combine(directory, "files"));
        await File.WriteAllTextAsync(Path.Combine(directory, "files", "requirements.txt"), "wandb==0.28.2\n", ct);
        var path = Path.Combine(directory, $"run-{Run.RunId}.wandb");
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        await using (file)
        {
            // Not disposed: that would write the last block, which a killed trainer cannot.
            var writer = new RunFileWriter(file);
            var records = new RunRecordBytes(Run.RunId);
            writer.Append(records.Header());
            writer.Append(records.Run(Run, mailboxSlot: "slot00000001"));
            writer.Append(records.Environment(Run));
            writer.Append(records.File("requirements.txt", FilePolicy.Now, FileKind.Wandb));
            writer.Append(records.Telemetry(Run));
            if (Upload is not null)
                await Upload.StartAsync(Run, ct);
            var start = time.GetTimestamp();
            TrainerArtifact[] artifacts = ArtifactFolder is null ? [] : Artifacts(ArtifactFolder);
            for (var step = 0; step < Rows; step++)
            {
                if (RowsPerSecond > 0 && TimeSpan.FromSeconds((double)step / RowsPerSecond) - time.GetElapsedTime(start) is { Ticks: > 0 } early)
                    await Task.Delay(early, time, ct);
                if (step == Rows / 2)
                    AppendArtifacts(writer, records, artifacts);
                var row = Row(step, time.GetElapsedTime(start));
                AppendStep(writer, records, step, row, time.GetElapsedTime(start));
                if (Upload is not null)
                    await Upload.AddAsync(row, ct);
            }
            if (ExitCode is { } exitCode)
            {
                var seconds = (int)time.GetElapsedTime(start).TotalSeconds;
                writer.Append(records.RuntimeSummary(seconds));
                writer.Append(records.Exit(exitCode, seconds, mailboxSlot: "slot00000002"));
                writer.Flush();
                if (Upload is not null)
                    await Upload.EndAsync(exitCode, ct);
            }
            foreach (var artifact in artifacts)
                artifact.ScriptEnded();
        }
        return path;
    }

    private TrainerArtifact[] Artifacts(string dataFolder) =>
    [
        TrainerArtifact.Staged(dataFolder, "weights-" + Run.RunId, "weights.txt", $"weights of {Run.RunId}\n"),
        TrainerArtifact.Temporary("report-" + Run.RunId, "report.txt", $"report of {Run.RunId}\n"),
    ];

    private void AppendArtifacts(RunFileWriter writer, RunRecordBytes records, TrainerArtifact[] artifacts)
    {
        foreach (var artifact in artifacts)
            writer.Append(records.Artifact(Run, artifact));
    }

    private (string Name, string ValueJson)[] Row(int step, TimeSpan elapsed)
    {
        // A loss that falls and an accuracy that rises, with something that looks like noise.
        var noise = (Math.Sin(step * 12.9898) * 0.02) + (Math.Sin(Fold) * 0.01);
        return
        [
            ("loss", SdkJson.Of(0.05 + (0.95 * Math.Exp(-step / 500.0)) + noise)),
            ("accuracy", SdkJson.Of((0.95 * (1 - Math.Exp(-step / 300.0))) + noise)),
            ("_timestamp", SdkJson.Of((Run.StartTime + elapsed).ToUnixTimeMilliseconds() / 1000.0)),
            ("_runtime", SdkJson.Of(elapsed.TotalSeconds)),
            ("_step", SdkJson.Of(step)),
        ];
    }

    private void AppendStep(RunFileWriter writer, RunRecordBytes records, int step, (string Name, string ValueJson)[] row, TimeSpan elapsed)
    {
        RecordItem[] items = [.. row.Select(value => RecordItem.Of(value.Name, value.ValueJson))];
        writer.Append(records.RuntimeSummary((long)elapsed.TotalSeconds));
        writer.Append(records.Summary(items));
        writer.Append(records.History(step, items));
        if (step % RowsPerConsoleLine == 0)
            writer.Append(records.OutputRaw(isError: false, Run.StartTime + elapsed, string.Create(CultureInfo.InvariantCulture, $"step {step}\n")));
        if (step % RowsPerStats == 0)
            writer.Append(records.Stats(Run.StartTime + elapsed, [new RecordItem(RecordKey.Plain("cpu"), SdkJson.Of(50 + (Math.Sin(step) * 20)))]));
    }
}
