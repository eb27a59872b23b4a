using Wandb.Agent.Checkpoints;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.RunFiles;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Receipts;

public sealed class ReceiptStoreTests : IDisposable
{
    private static readonly Receipt Sample = new()
    {
        ReceiptVersion = Receipt.CurrentVersion,
        AgentVersion = "0.1.0",
        State = "synced",
        Server = "http://localhost/",
        Entity = "e",
        Project = "p",
        Run = "r",
        StorageId = "s",
        StartedAt = DateTimeOffset.UnixEpoch,
        FinishedAt = DateTimeOffset.UnixEpoch.AddSeconds(2.5),
        RunFile = new ReceiptRunFile("run-r.wandb", 100, "00ff"),
        Records = new ReceiptRecords(5, new Dictionary<string, long> { ["history"] = 4, ["unknown-28"] = 1 }, 2, [new LostRecords(3, 4, 10, 20, DamageReason.Checksum)], 10),
        Streams = new Dictionary<string, ReceiptStream> { [StreamFiles.History] = new(3, 4) },
        Files = [new ReceiptFile("config.yaml", 12, "md5==", 200)],
        Artifacts = [new ReceiptArtifact(7, "model", "m", "d", "id", 1, 2, "committed")],
        Alerts = 1,
        MissingFiles = ["gone.txt"],
        ExitCode = 0,
        ExitSource = "record",
    };

    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Receipt_and_marker_stand_beside_the_run_file_and_say_what_was_written()
    {
        var store = Store(DurableFile.Plain);
        Assert.Equal((folder["run/run-r.wandb.receipt.json"], null), store.Save(Sample, marked: true));
        Assert.True(store.IsMarked);
        Assert.Equal("", File.ReadAllText(folder["run/run-r.wandb.synced"]));
        Assert.Equivalent(Sample, store.Load(), strict: true);
        Assert.Equal(7, store.Load()!.EndOfStreams().History.Base);
    }

    /// <summary>What is unfinished is synced again.</summary>
    [Fact]
    public void Unfinished_run_gets_a_receipt_and_no_marker()
    {
        var store = Store(DurableFile.Plain);
        Assert.NotNull(store.Save(Sample with { State = "unfinished" }, marked: false).Path);
        Assert.False(store.IsMarked);
    }

    /// <summary>Nothing is called synced without proof.</summary>
    [Fact]
    public void Crash_at_any_step_leaves_no_marker_without_its_receipt()
    {
        var count = 0;
        Store(new DurableFile(_ => count++)).Save(Sample, marked: true);
        for (var crashAt = 0; crashAt < count; crashAt++)
        {
            Directory.Delete(folder["run"], recursive: true);
            var step = 0;
            var crashing = Store(new DurableFile(_ =>
            {
                if (step++ == crashAt)
                    throw new InvalidOperationException("crash");
            }));
            Assert.Throws<InvalidOperationException>(() => crashing.Save(Sample, marked: true));
            var store = Store(DurableFile.Plain);
            Assert.True(store.Load() is not null || !store.IsMarked);
            Assert.Null(store.Save(Sample, marked: true).Problem);
            Assert.True(store.IsMarked && store.Load() is not null);
        }
    }

    [Fact]
    public void Receipt_lies_in_the_state_directory_where_the_run_directory_takes_none()
    {
        Directory.CreateDirectory(folder["run/run-r.wandb.receipt.json"]);
        var store = Store(DurableFile.Plain);
        var (path, problem) = store.Save(Sample, marked: true);
        Assert.Equal(folder["run/.wandb-agent/run-r.wandb.receipt.json"], path);
        Assert.Null(problem);
        Assert.Equivalent(Sample, store.Load(), strict: true);
        Assert.True(store.IsMarked);
        Assert.False(store.HasMarker);
    }

    [Fact]
    public void Receipt_of_an_unfinished_run_in_the_state_directory_is_no_mark()
    {
        Directory.CreateDirectory(folder["run/run-r.wandb.receipt.json"]);
        var store = Store(DurableFile.Plain);
        Assert.NotNull(store.Save(Sample with { State = "unfinished" }, marked: false).Path);
        Assert.False(store.IsMarked);
    }

    [Fact]
    public void Marker_that_cannot_be_written_is_said()
    {
        Directory.CreateDirectory(folder["run/run-r.wandb.synced"]);
        var (path, problem) = Store(DurableFile.Plain).Save(Sample, marked: true);
        Assert.NotNull(path);
        Assert.NotNull(problem);
    }

    [Fact]
    public void Receipt_that_cannot_be_read_is_none()
    {
        Assert.Null(Store(DurableFile.Plain).Load());
        folder.Write("run/run-r.wandb.receipt.json", "{\"receiptVersion\":");
        Assert.Null(Store(DurableFile.Plain).Load());
    }

    public void Dispose() => folder.Dispose();

    private ReceiptStore Store(DurableFile durable)
    {
        Directory.CreateDirectory(folder["run"]);
        return new ReceiptStore(new StateDirectory(folder["run/run-r.wandb"], folder["state"]), folder["run/run-r.wandb"], durable);
    }
}
