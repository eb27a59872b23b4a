using Wandb.Sandbox.Trainer;

namespace Wandb.Benchmarks.Generate;

/// <summary>Writes a large run file in the record shape and item order of SDK 0.28.2. The same shape gives the same bytes everywhere.</summary>
internal static class RunGenerator
{
    private const double SecondsPerRow = 0.001;

    private static readonly DateTimeOffset Start = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly string[][] TimeLeaves = [["_timestamp"], ["_runtime"], ["_step"]];

    /// <param name="output">Folder of all generated runs; one of the shape's name is made in it, or replaced.</param>
    public static GeneratedRun Generate(RowShape shape, string output, CancellationToken cancellationToken)
    {
        string folder = Path.GetFullPath(Path.Combine(output, shape.Name));
        if (Directory.Exists(folder))
        {
            // Only what an earlier call made: anything else has no description and stays.
            _ = GeneratedRun.Read(folder);
            Directory.Delete(folder, recursive: true);
        }

        string runFolder = Path.Combine(folder, "wandb", $"offline-run-20240102_030405-{shape.RunId}");
        Directory.CreateDirectory(Path.Combine(runFolder, "files"));
        File.WriteAllText(Path.Combine(runFolder, "files", "requirements.txt"), "wandb==0.28.2\n");
        string file = Path.Combine(runFolder, $"run-{shape.RunId}.wandb");
        using (FileStream stream = File.Create(file, bufferSize: 1 << 20))
        {
            Write(shape, stream, cancellationToken);
        }

        var generated = new GeneratedRun(folder, runFolder, shape.Name, shape.Rows, shape.Leaves.Count + TimeLeaves.Length, new FileInfo(file).Length);
        generated.Write();
        return generated;
    }

    public static void Write(RowShape shape, Stream output, CancellationToken cancellationToken)
    {
        var run = new TrainerRun { RunId = shape.RunId, Project = "big", DisplayName = $"synthetic {shape.Name}", StartTime = Start };
        var records = new RunRecordBytes(run.RunId);
        using var writer = new RunFileWriter(output);
        writer.Append(records.Header());
        writer.Append(records.Run(run, mailboxSlot: "slot00000001"));
        writer.Append(records.Environment(run));
        writer.Append(records.File("requirements.txt", FilePolicy.Now, FileKind.Wandb));
        writer.Append(records.Telemetry(run));
        WriteSteps(shape, records, writer, cancellationToken);
        int seconds = (int)(shape.Rows * SecondsPerRow);
        writer.Append(records.RuntimeSummary(seconds));
        writer.Append(records.Exit(exitCode: 0, seconds, mailboxSlot: "slot00000002"));
    }

    private static void WriteSteps(RowShape shape, RunRecordBytes records, RunFileWriter writer, CancellationToken cancellationToken)
    {
        string[][] leaves = [.. shape.Leaves, .. TimeLeaves];
        RecordKey[] keys = [.. leaves.Select(labels => RecordKey.Nested(labels))];
        var random = new SplitMix64((ulong)((shape.Rows * 1_000_003) + shape.Leaves.Count));
        var walk = new MapWalk(leaves, random);
        var values = new string[leaves.Length];
        var order = new int[leaves.Length];
        var items = new RecordItem[leaves.Length];
        for (long row = 0; row < shape.Rows; row++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            for (int leaf = 0; leaf < shape.Leaves.Count; leaf++)
            {
                values[leaf] = shape.Value(leaf, random);
            }

            double runtime = row * SecondsPerRow;
            values[^3] = SdkJson.Of(Start.ToUnixTimeSeconds() + runtime);
            values[^2] = SdkJson.Of(runtime);
            values[^1] = SdkJson.Of(row);
            writer.Append(records.RuntimeSummary((long)runtime));
            Arrange();
            writer.Append(records.Summary(items));
            Arrange();
            writer.Append(records.History(row, items));
        }

        void Arrange()
        {
            walk.Fill(order);
            for (int i = 0; i < order.Length; i++)
            {
                items[i] = new RecordItem(keys[order[i]], values[order[i]]);
            }
        }
    }
}
