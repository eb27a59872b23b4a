using System.Text.Json;
using Wandb.Agent.Records;
using Wandb.Agent.Records.Wire;
using Wandb.Agent.Tests.Inspection;
using Xunit;

namespace Wandb.Agent.Tests.Commands;

public sealed class InspectCommandTests : IDisposable
{
    private static readonly byte[] Run = WrittenRecords.Record(
        2, RecordKind.Run, new RunRecord { RunId = "a", Entity = "team", Project = "demo", DisplayName = "night \u001b[31m", RunGroup = "g" });

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_sound_file_is_described_line_by_line()
    {
        Write(WrittenRecords.File(
            WrittenRecords.Header(1, "0.28.2"),
            Run,
            WrittenRecords.History(3, ("loss", "0.5"), ("_step", "0")),
            WrittenRecords.History(4, ("loss", "0.4"), ("_step", "1")),
            WrittenRecords.Record(5, RecordKind.Exit, new RunExitRecord { ExitCode = 1, Runtime = 90 })));
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal(
            $"""
            {_directory.At("run/run-a.wandb")}
              file        {new FileInfo(_directory.At("run/run-a.wandb")).Length} bytes, no record lost
              run         team/demo/a
              name        night �[31m
              group       g
              sdk         wandb 0.28.2
              records     5: history 2, run 1, exit 1, header 1
              history     2 rows, steps 0 to 1, 2 keys: loss, _step
              exit        code 1 after 90 s

            """.ReplaceLineEndings("\n"),
            run.Output);
        Assert.Equal((0, ""), (run.Status, run.Error));
    }

    [Fact]
    public async Task Lost_records_are_named_with_block_bytes_and_reason_and_give_status_3()
    {
        var file = WrittenRecords.File(
            WrittenRecords.Header(1, "0.28.2"),
            Run,
            WrittenRecords.History(3, ("loss", "0.5")),
            WrittenRecords.History(4, ("loss", "0.25")),
            WrittenRecords.History(5, ("loss", "0.5")));
        var start = file.AsSpan().IndexOf("0.25"u8);
        file[start] ^= 1;
        Write(file);
        var text = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal(3, text.Status);
        Assert.Matches("\n  lost        record 4 lost in block 0 \\(checksum\\): [0-9]+ bytes from [0-9]+\n", text.Output);
        Assert.Contains("no exit record", text.Output, StringComparison.Ordinal);

        var json = JsonDocument.Parse((await CommandRun.OfAsync(_directory.Path, "inspect", "--output", "json", "run")).Output).RootElement;
        Assert.Equal(1, json.GetProperty("lostRecords").GetInt64());
        Assert.Equal(4, json.GetProperty("lost")[0].GetProperty("first").GetInt64());
        Assert.Equal("checksum", json.GetProperty("damage").GetProperty("first")[0].GetProperty("reason").GetString());
        Assert.Equal(2, json.GetProperty("history").GetProperty("rows").GetInt64());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("exitCode").ValueKind);
    }

    [Fact]
    public async Task A_file_that_ends_inside_a_record_is_said_to_and_has_lost_nothing_that_is_known()
    {
        Write(WrittenRecords.File(WrittenRecords.Header(1, "0.28.2"), Run, WrittenRecords.History(3, ("loss", "0.5")))[..^3]);
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal(0, run.Status);
        Assert.Contains("behind the last record hold none (file ends inside a record), in block 0 from ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "the file is empty")]
    [InlineData(3, "the file is shorter than the 7 bytes of its header")]
    [InlineData(7, "the SDK has not flushed anything yet (it writes in blocks of 32 KiB)")]
    [InlineData(30, "no run record")]
    public async Task A_file_that_cannot_be_used_gives_its_reason_and_status_2(int length, string reason)
    {
        Write(WrittenRecords.File(WrittenRecords.Header(1, "0.28.2"), Run)[..length]);
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal(2, run.Status);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
    }

    /// <summary>To open one would wait for a writer, for ever.</summary>
    [Fact]
    public async Task A_pipe_where_a_run_file_should_be_is_told()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_directory.Path, "run")).FullName;
        using (var process = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(directory, "run-a.wandb")]))
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");

        Assert.Equal(2, run.Status);
        Assert.Contains("not a regular file", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "does not begin with")]
    [InlineData(4, "magic number")]
    [InlineData(6, "format version")]
    public async Task A_wrong_header_is_told_apart(int at, string reason)
    {
        var file = WrittenRecords.File(WrittenRecords.Header(1, "0.28.2"), Run);
        file[at] ^= 0x40;
        Write(file);
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal(2, run.Status);
        Assert.Contains(reason, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_one_object_a_file_and_problems_go_to_the_error_stream()
    {
        Write(WrittenRecords.File(WrittenRecords.Header(1, "0.28.2"), Run));
        _directory.AddFile("other/run-b.wandb");
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "--output", "json", "run", "other", "missing");
        Assert.Equal(2, run.Status);
        var objects = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([2, 0], objects.Select(o => o.GetProperty("exitStatus").GetInt32()));
        Assert.Equal(objects[0].EnumerateObject().Select(p => p.Name), objects[1].EnumerateObject().Select(p => p.Name));
        Assert.Contains("missing: no such file or directory", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_said_to_be_so()
    {
        _directory.AddDirectory("run");
        File.CreateSymbolicLink(_directory.At("run/run-a.wandb"), "gone");
        var run = await CommandRun.OfAsync(_directory.Path, "inspect", "run");
        Assert.Equal((2, $"{_directory.At("run/run-a.wandb")}\n  file        no such file or directory\n"), (run.Status, run.Output));
    }

    private void Write(byte[] file)
    {
        _directory.AddDirectory("run");
        File.WriteAllBytes(_directory.At("run/run-a.wandb"), file);
    }
}
