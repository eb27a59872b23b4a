using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Live;
using Wandb.Agent.Receipts;
using Wandb.Agent.Tests.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Live;

public sealed class ClosedFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private int receiptsRead;

    [Theory]
    [InlineData("kubernetes", 100, false)]
    [InlineData("kubernetes", 101, true)]
    [InlineData("record", 101, false)]
    [InlineData(null, 101, false)]
    public void File_that_is_longer_than_its_receipt_says_has_grown_unless_it_had_ended_itself(string? source, int length, bool hasGrown)
    {
        var path = Place(length);

        Assert.Equal(hasGrown, Files(source).HasGrown(path));
    }

    [Fact]
    public void File_that_grows_later_is_told_once()
    {
        var path = Place(100);
        var files = Files("kubernetes");
        Assert.False(files.HasGrown(path));
        File.WriteAllBytes(path, new byte[120]);

        Assert.Empty(files.TakeGrown());
        time.Advance(ClosedFiles.LeastPause);
        Assert.Equal([path], files.TakeGrown());
        time.Advance(ClosedFiles.LeastPause);
        Assert.Empty(files.TakeGrown());
    }

    [Theory]
    [InlineData(0, "00:00:30")]
    [InlineData(2 * 60, "00:00:50")]
    [InlineData(24 * 60, "00:10:00")]
    [InlineData(30 * 24 * 60, "01:00:00")]
    public void Longer_a_file_has_rested_the_more_seldom_it_is_looked_at(int restedMinutes, string pause)
    {
        var path = Place(100);
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime.AddMinutes(-restedMinutes));
        // As it was closed: the marker is not older than the file.
        File.SetLastWriteTimeUtc(path + ".synced", time.GetUtcNow().UtcDateTime.AddMinutes(1 - restedMinutes));
        var files = Files("kubernetes");
        Assert.False(files.HasGrown(path));
        File.WriteAllBytes(path, new byte[120]);

        time.Advance(TimeSpan.Parse(pause, CultureInfo.InvariantCulture) - TimeSpan.FromSeconds(1));
        Assert.Empty(files.TakeGrown());
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([path], files.TakeGrown());
        Assert.True(files.HasGrown(path));
    }

    [Fact]
    public void Thousands_of_files_that_are_due_are_looked_at_in_turn()
    {
        var files = Files("kubernetes");
        const int many = 3 * ClosedFiles.LooksAtOnce;
        for (var file = 0; file < many; file++)
        {
            folder.Write($"{file}/run-x.wandb", "");
            Assert.False(files.HasGrown(folder[$"{file}/run-x.wandb"]));
            folder.Write($"{file}/run-x.wandb", new string('x', 101));
        }
        time.Advance(ClosedFiles.LeastPause);

        for (var look = 0; look < 3; look++)
            Assert.Equal(ClosedFiles.LooksAtOnce, files.TakeGrown().Count);
        Assert.Empty(files.TakeGrown());
    }

    [Fact]
    public void File_that_is_gone_is_forgotten()
    {
        var path = Place(100);
        var files = Files("kubernetes");
        Assert.False(files.HasGrown(path));
        File.Delete(path);

        time.Advance(ClosedFiles.LeastPause);

        Assert.Empty(files.TakeGrown());
        Assert.False(files.HasGrown(path));
    }

    [Fact]
    public void Receipts_of_old_files_are_not_read()
    {
        var path = Place(101);
        File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime.AddDays(-3));

        Assert.False(Files("kubernetes").HasGrown(path));
        Assert.Equal(0, receiptsRead);

        File.SetLastWriteTimeUtc(path + ".synced", time.GetUtcNow().UtcDateTime.AddDays(-4));
        Assert.True(Files("kubernetes").HasGrown(path));
    }

    public void Dispose() => folder.Dispose();

    private string Place(int length)
    {
        folder.Write("run-x.wandb", new string('x', length));
        folder.Write("run-x.wandb.synced", "");
        return folder["run-x.wandb"];
    }

    private ClosedFiles Files(string? exitSource) => new(
        _ =>
        {
            receiptsRead++;
            return exitSource is null ? null : Closed(exitSource);
        },
        time);

    /// <summary>At 100 bytes.</summary>
    private static Receipt Closed(string exitSource) => JsonSerializer.Deserialize(
        $$"""
        {
          "receiptVersion": 1, "agentVersion": "0.1.0", "state": "synced", "server": "http://w", "entity": "e", "project": "p", "run": "x", "storageId": "s",
          "startedAt": "2026-09-21T12:00:00Z", "finishedAt": "2026-09-21T12:00:00Z", "runFile": { "name": "run-x.wandb", "lengthBytes": 100, "sha256": "0" },
          "records": { "total": 1, "byKind": {}, "lost": 0, "lostRanges": [], "unreadableBytes": 0 }, "streams": {}, "files": [], "artifacts": [], "alerts": 0,
          "missingFiles": [], "exitCode": 1, "exitSource": "{{exitSource}}"
        }
        """,
        AgentJson.Default.Receipt)!;
}
