using Wandb.Agent.Reporting;
using Xunit;

namespace Wandb.Agent.Tests.Reporting;

public sealed class ClosingTableTests
{
    private static readonly RunReport[] Both = [Reports.Synced, Reports.Unusable with { File = "wandb/offline-run-1-b/run-b.wandb" }];

    [Fact]
    public void A_wide_terminal_shows_all_columns() =>
        Assert.Equal(
            [
                "RESULT    RUN                                ROWS  FILES   TIME  ADDRESS",
                "synced    demo/minima8394                       3      4  1.5 s  https://wandb.example/team/demo/runs/minima8394",
                "unusable  wandb/offline-run-1-b/run-b.wandb     0      0  0.0 s",
                "            the file is empty",
            ],
            Table(Both, 130));

    [Fact]
    public void A_narrow_terminal_leaves_columns_out_and_shortens_names() =>
        Assert.Equal(
            [
                "RESULT    RUN                      ROWS",
                "synced    demo/minima8394             3",
                "  https://wandb.example/team/demo/runs/minima8394",
                "unusable  wandb/offli…run-b.wandb     0",
                "  the file is empty",
            ],
            Table(Both, 40));

    [Fact]
    public void Details_are_wrapped_below_their_run() =>
        Assert.Equal(
            ["            the SDK has not flushed anything yet (it writes in", "            blocks of 32 KiB)"],
            Table([Reports.Unusable with { Message = "the SDK has not flushed anything yet (it writes in blocks of 32 KiB)" }], 64)[2..]);

    [Fact]
    public void Without_runs_there_is_no_table() => Assert.Empty(Table([], 80));

    [Fact]
    public void Only_the_first_word_is_coloured() =>
        Assert.StartsWith(
            "<synced>  demo", ClosingTable.Lines([Reports.Synced], 80, (_, text) => $"<{text}>").ElementAt(1), StringComparison.Ordinal);

    private static string[] Table(RunReport[] reports, int columns) => [.. ClosingTable.Lines(reports, columns, (_, text) => text)];
}
