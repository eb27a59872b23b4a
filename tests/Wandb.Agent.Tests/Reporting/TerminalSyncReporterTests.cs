using Microsoft.Extensions.Time.Testing;
using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class TerminalSyncReporterTests
{
    private const string Up2 = "\r\u001b[2A\u001b[J";

    private readonly FakeTimeProvider _time = new();
    private readonly StringWriter _output = new();

    [Fact]
    public async Task Progress_is_drawn_over_itself_and_gives_way_to_the_table()
    {
        await using var reporter = New(hasColour: true);
        reporter.Progress(new RunProgress("a.wandb", new RunPath("team", "demo", "a"), "rows", 1000, 0, 0));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        var first = Take();
        Assert.Equal(2, first.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("demo/a ", first, StringComparison.Ordinal);

        reporter.Progress(new RunProgress("a.wandb", new RunPath("team", "demo", "a"), "rows", 1000, 500, 7));
        reporter.Note("a.wandb", "something");
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.StartsWith($"{Up2}note        a.wandb: something\ndemo/a ", Take(), StringComparison.Ordinal);

        reporter.Finished(Reports.Synced);
        reporter.Close([Reports.Synced], []);
        var last = Take();
        Assert.StartsWith($"{Up2}RESULT", last, StringComparison.Ordinal);
        Assert.Contains("\u001b[32msynced\u001b[0m", last, StringComparison.Ordinal);
        Assert.EndsWith("1 run: 1 synced; 3 rows, 4 files in 0.6 s\n", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_end_nothing_more_is_drawn()
    {
        await using var reporter = New(hasColour: false);
        reporter.Close([Reports.Synced], []);
        Assert.DoesNotContain("\u001b[3", Take(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(5));
        await reporter.DisposeAsync();
        Assert.Empty(Take());
    }

    [Fact]
    public async Task A_wait_is_shown_until_it_is_over()
    {
        await using var reporter = New(hasColour: false);
        reporter.Waiting("UpsertBucket", "HTTP 503", TimeSpan.FromSeconds(2), 1);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Contains("waiting     UpsertBucket: HTTP 503; try 2 in 1.8 s\n", Take(), StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(2));
        Take();
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.DoesNotContain("waiting", Take(), StringComparison.Ordinal);
    }

    private TerminalSyncReporter New(bool hasColour) => new(_output, new Terminal(() => (80, 24), hasColour), 1, _time);

    private string Take()
    {
        var text = _output.ToString();
        _output.GetStringBuilder().Clear();
        return text;
    }
}
