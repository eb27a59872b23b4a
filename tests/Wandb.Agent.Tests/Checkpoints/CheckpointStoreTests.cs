using System.Text;
using System.Text.Json;
using Wandb.Agent.Checkpoints;
using Wandb.Agent.Receipts;
using Wandb.Agent.Records;
using Wandb.Agent.State;
using Wandb.Agent.Streaming;
using Wandb.Agent.Tests.Streaming;
using Wandb.Agent.Tests.Uploads;
using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CheckpointStore store;

    public CheckpointStoreTests()
    {
        Directory.CreateDirectory(folder["run"]);
        store = Store("run");
    }

    public static TheoryData<string> Cases() => [.. GoldenFiles.Names];

    /// <summary>A crash at any moment.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void State_restored_from_a_checkpoint_anywhere_ends_like_one_that_was_never_stored(string name)
    {
        var records = GoldenFiles.Records(name);
        var whole = Final(records, cut: -1);
        foreach (var cut in Enumerable.Range(0, records.Count + 1).Where(cut => records.Count < 60 || cut % (records.Count / 40) == 0))
            Assert.Equal(whole, Final(records, cut));
    }

    [Fact]
    public void Everything_in_a_checkpoint_comes_back()
    {
        var checkpoint = SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger()) with
        {
            Offset = long.MaxValue,
            History = new LineCounter(1, 2, 3),
            Events = new LineCounter(4, 5, 6),
            Console = new LineCounter(7, 8, 9),
            AlertsSent = 3,
            Artifacts = [new ReceiptArtifact(12, "model", "m\"ü", "d", "id", 2, 3, "committed")],
            Sequence = 5,
            ConsoleDue = new ConsoleOrigin(6, new ConsoleScreen(DateTimeOffset.UnixEpoch).ToSnapshot(), 9),
            AlertDue = 8,
            AlertsWaiting = [4, 6],
        };
        Assert.Null(store.Save(checkpoint));
        Assert.Equivalent(checkpoint, store.Load(), strict: true);
    }

    [Fact]
    public void No_checkpoint_is_null() => Assert.Null(store.Load());

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1")]
    [InlineData("not json at all \0\0\0")]
    public void Corrupt_checkpoint_is_none(string text)
    {
        Assert.Null(store.Save(SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger())));
        folder.Write("run/.wandb-agent/run-x.wandb.checkpoint.json", text);
        Assert.Null(store.Load());
    }

    [Fact]
    public void Torn_checkpoint_is_none()
    {
        Assert.Null(store.Save(SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger())));
        var path = folder["run/.wandb-agent/run-x.wandb.checkpoint.json"];
        var content = File.ReadAllBytes(path);
        for (var length = 0; length < content.Length; length += 13)
        {
            File.WriteAllBytes(path, content[..length]);
            Assert.Null(store.Load());
        }
    }

    [Fact]
    public void Checkpoint_with_a_changed_byte_is_none()
    {
        var checkpoint = At(12345);
        Assert.Null(store.Save(checkpoint));
        var path = folder["run/.wandb-agent/run-x.wandb.checkpoint.json"];
        var content = File.ReadAllBytes(path);
        var label = content.AsSpan().LastIndexOf("\"checksum\""u8);
        foreach (var at in Enumerable.Range(0, content.Length).Where(at => at < label || at > label + "\"checksum\":".Length))
        {
            byte[] changed = [.. content];
            changed[at] ^= 1;
            File.WriteAllBytes(path, changed);
            Assert.True(store.Load() is null, $"byte {at} of {Encoding.UTF8.GetString(content)}");
        }
    }

    [Fact]
    public void Checkpoint_of_an_earlier_agent_has_no_checksum_and_is_believed()
    {
        Assert.Null(store.Save(At(12345)));
        var path = folder["run/.wandb-agent/run-x.wandb.checkpoint.json"];
        var content = File.ReadAllText(path);
        File.WriteAllText(path, content[..content.LastIndexOf(",\"checksum\"", StringComparison.Ordinal)] + "}");
        Assert.Equal(12345, store.Load()?.Offset);
    }

    [Fact]
    public void Acknowledged_line_with_a_changed_byte_leaves_the_one_before_it()
    {
        Assert.Null(store.Append(At(100)));
        Assert.Null(store.Append(At(200)));
        File.WriteAllText(Log, File.ReadAllText(Log).Replace("\"offset\":200", "\"offset\":201", StringComparison.Ordinal));
        Assert.Equal(100, store.Load()?.Offset);
    }

    [Fact]
    public void Checkpoint_of_another_version_is_none()
    {
        Assert.Null(store.Save(SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger()) with { Version = Checkpoint.CurrentVersion + 1 }));
        Assert.Null(store.Load());
    }

    [Fact]
    public void Checkpoint_that_cannot_be_written_is_said_and_no_exception()
    {
        folder.Write("blocked/.wandb-agent", "in the way");
        folder.Write("state", "in the way");
        Assert.NotNull(Store("blocked").Save(SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger())));
    }

    [Fact]
    public void Disk_that_takes_a_folder_and_no_content_is_left_for_the_other_place_and_the_newer_one_counts()
    {
        var full = false;
        var durable = new DurableFile(step =>
        {
            if (full && step == "write" && !Directory.Exists(folder["state"]))
                throw new IOException("No space left on device");
        });
        var path = folder["run/run-x.wandb"];
        var disk = new CheckpointStore(new StateDirectory(path, folder["state"]), path, durable);
        var checkpoint = SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger());
        Assert.Null(disk.Save(checkpoint with { Offset = 100 }));

        full = true;
        Assert.Null(disk.Save(checkpoint with { Offset = 200 }));

        Assert.True(File.Exists(folder["run/.wandb-agent/run-x.wandb.checkpoint.json"]));
        Assert.Equal(200, disk.Load()?.Offset);
        Assert.Equal([200, 100], disk.Stored().Select(stored => stored.Checkpoint!.Offset));
    }

    [Fact]
    public void What_was_acknowledged_since_the_checkpoint_counts_until_there_is_another_one()
    {
        Assert.Null(store.Save(At(100)));

        Assert.Null(store.Append(At(200)));
        Assert.Null(store.Append(At(250)));

        Assert.Equal(250, store.Load()?.Offset);
        Assert.Null(Store("run").Save(At(300)));
        Assert.Equal(300, store.Load()?.Offset);
        Assert.Equal([300, 250], store.Stored().Select(stored => stored.Checkpoint!.Offset));
        store.RemoveLog();
        Assert.Equal([300], store.Stored().Select(stored => stored.Checkpoint!.Offset));
    }

    [Fact]
    public void Line_leaves_out_the_files_that_the_checkpoint_has_and_is_read_with_them()
    {
        Assert.Null(store.Save(Naming(100, 0, 1000)));
        var proper = new FileInfo(folder["run/.wandb-agent/run-x.wandb.checkpoint.json"]).Length;
        // One of before was uploaded, and two came.
        var later = Naming(200, 7, 1002);

        Assert.Null(store.Append(later));

        Assert.InRange(new FileInfo(Log).Length, 1, proper / 10);
        var read = Store("run").Load()!;
        Assert.Equal((200, null), (read.Offset, read.Since));
        Assert.Equal(later.State.Files, read.State.Files);
        Assert.Equal(later.State.ArtifactOffsets, read.State.ArtifactOffsets);
        Assert.Equal(later.Artifacts, read.Artifacts);
    }

    [Fact]
    public void Line_of_before_a_checkpoint_is_not_put_together_with_another_one()
    {
        Assert.Null(store.Save(Naming(100, 0, 1000)));
        Assert.Null(store.Append(Naming(200, 7, 1002)));

        Assert.Null(Store("run").Save(Naming(150, 3, 1001)));

        Assert.Equal([150], store.Stored().Select(stored => stored.Checkpoint!.Offset));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(4, 3)]
    public void Of_two_that_go_equally_far_the_later_one_counts(long sequence, long acknowledged)
    {
        Assert.Null(store.Save(At(100) with { Sequence = sequence }));
        Assert.Null(store.Append(At(100) with { Sequence = acknowledged }));

        Assert.Equal(4, store.Load()?.Sequence);
    }

    /// <summary>An agent is killed while it writes a line, or the machine loses power.</summary>
    [Fact]
    public void Line_that_is_not_whole_leaves_the_one_before_it_and_stands_in_nobodys_way()
    {
        Assert.Null(store.Append(At(100)));
        var before = new FileInfo(Log).Length;
        Assert.Null(store.Append(At(200)));
        var content = File.ReadAllBytes(Log);
        for (var length = before; length < content.Length - 2; length += 7)
        {
            File.WriteAllBytes(Log, content[..(int)length]);
            Assert.Equal(100, store.Load()?.Offset);
        }
        Assert.Null(Store("run").Append(At(300)));
        Assert.Equal(300, store.Load()?.Offset);
        File.WriteAllBytes(Log, new byte[500]);
        Assert.Null(store.Load());
    }

    [Fact]
    public void Log_stays_short_and_has_a_whole_line_at_any_moment()
    {
        var path = folder["run/run-x.wandb"];
        var kept = 0L;
        var disk = new CheckpointStore(new StateDirectory(path, folder["state"]), path, new DurableFile(_ => Assert.InRange(store.Load()?.Offset ?? 0, kept, kept + 1)));
        for (var offset = 1; offset <= 20; offset++)
        {
            Assert.Null(disk.Append(At(offset) with { SetAside = [new string('x', 10_000)] }));
            kept = offset;
            Assert.InRange(new FileInfo(Log).Length, 10_000, 80_000);
        }
        Assert.Equal(20, store.Load()?.Offset);
    }

    public void Dispose() => folder.Dispose();

    private string Log => folder["run/.wandb-agent/run-x.wandb.acknowledged.jsonl"];

    /// <param name="uploaded">That of this number is on the server.</param>
    private static Checkpoint Naming(long offset, int uploaded, int files)
    {
        var checkpoint = At(offset);
        return checkpoint with
        {
            State = checkpoint.State with
            {
                Files = [.. Enumerable.Range(0, files).Select(i => new PlannedFile($"media/{i}.png", UploadPolicy.Now, i != uploaded, i == uploaded ? "md5" : null))],
                ArtifactOffsets = [.. Enumerable.Range(0, files / 100).Select(i => (long)i)],
            },
            Artifacts = [.. Enumerable.Range(0, files / 500).Select(i => new ReceiptArtifact(i, "model", $"a{i}", "d", "id", 1, 1, "committed"))],
        };
    }

    private static Checkpoint At(long offset) => SampleCheckpoint.Of(new RunState(RunOverrides.None), new RecordLedger()) with { Offset = offset };

    private IEnumerable<string?> FilesOfState() => Directory.GetFiles(folder["run/.wandb-agent"]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private CheckpointStore Store(string run) =>
        new(new StateDirectory(folder[$"{run}/run-x.wandb"], folder["state"]), folder[$"{run}/run-x.wandb"], DurableFile.Plain);

    /// <summary>The state after all records as JSON; stored and restored before record <paramref name="cut"/>.</summary>
    private string Final(IReadOnlyList<byte[]> records, int cut)
    {
        var state = new RunState(RunOverrides.None);
        var ledger = new RecordLedger();
        for (var index = 0; index <= records.Count; index++)
        {
            // What the stream has taken from the console is no part of the state.
            state.Console?.TakeChanges();
            if (index == cut)
            {
                Assert.Null(store.Save(SampleCheckpoint.Of(state, ledger)));
                var loaded = store.Load();
                Assert.NotNull(loaded);
                state = RunState.FromSnapshot(loaded.State, RunOverrides.None);
                ledger = RecordLedger.Restore(loaded.Ledger, loaded.Offset);
            }
            if (index == records.Count)
                break;
            Assert.True(RecordEnvelope.TryParse(records[index], out var record));
            ledger.AddRecord(record.Num, record.Field);
            if (record.Kind is not (RecordKind.History or RecordKind.Stats))
                Assert.True(state.Apply(record, index));
        }
        var summary = new LineBuffer(64);
        state.Summary.WriteTo(summary);
        var snapshot = SampleCheckpoint.Of(state, ledger);
        var config = Encoding.UTF8.GetString(snapshot.State.Config.Values);
        // The paths of the summary are numbered as they come, so that its leaves may stand in another order.
        snapshot = snapshot with { State = snapshot.State with { Summary = [] } };
        return $"{LooseJsonText.Canonical(summary.WrittenSpan)}\n{config}\n"
            + LooseJsonText.Canonical(JsonSerializer.SerializeToUtf8Bytes(snapshot, CheckpointJson.Default.Checkpoint));
    }
}
