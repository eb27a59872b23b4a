using Wandb.Sandbox.Commands;

namespace Wandb.Sandbox.Tests.Commands;

public sealed class FittedTableTests
{
    private static readonly FittedColumn[] Columns = [new("run"), new("group", Spare: 1), new("rows", IsNumber: true), new("files", IsNumber: true, Spare: 2)];
    private static readonly string[][] Rows = [["abcdefgh", "", "7", "1234567"]];

    // 1 + (3+8) + (3+5) + (3+4) + (3+7)
    [Theory]
    [InlineData(37, new[] { 0, 1, 2, 3 })]
    [InlineData(36, new[] { 0, 1, 2 })]
    [InlineData(26, new[] { 0, 2 })]
    [InlineData(5, new[] { 0, 2 })]
    public void Columns_that_do_not_fit_are_left_out_the_most_dispensable_first(int width, int[] shown) =>
        Assert.Equal(shown, FittedTable.Fitting(width, Columns, Rows));
}
