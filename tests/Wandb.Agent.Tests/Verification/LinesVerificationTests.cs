using Wandb.Agent.Streaming;
using Wandb.Agent.Verification;
using Xunit;

namespace Wandb.Agent.Tests.Verification;

public sealed class LinesVerificationTests
{
    private const ulong Last = 7;

    [Theory]
    [InlineData(5, 5, 4, false, null, null, FindingVerdict.Same, "5 rows")]
    [InlineData(0, 0, null, false, null, null, FindingVerdict.Same, "0 rows")]
    [InlineData(0, 3, null, false, null, null, FindingVerdict.Differs, "the server has 3 rows, the file 0, and its last one is none of the file's")]
    [InlineData(0, 3, null, true, null, null, FindingVerdict.Same, "none in the file; the server has 3 rows of another part")]
    [InlineData(5, 0, null, false, null, null, FindingVerdict.Missing, "the server has 0 of 5 rows")]
    [InlineData(5, 3, 2, false, null, null, FindingVerdict.Missing, "the server has 3 of 5 rows")]
    [InlineData(5, 3, null, false, null, null, FindingVerdict.Missing, "the server has 3 of 5 rows, and the last of them is not that of the file")]
    [InlineData(5, 8, 4, true, null, null, FindingVerdict.Same, "5 rows, behind 3 of an earlier part")]
    [InlineData(5, 8, 4, false, 3L, 8L, FindingVerdict.Same, "5 rows, behind 3 of an earlier part")]
    [InlineData(5, 7, 3, false, 3L, 8L, FindingVerdict.Missing, "the server has 4 of 5 rows")]
    [InlineData(1000, 1000, 999, false, null, null, FindingVerdict.Same, "1,000 rows")]
    public void The_numbers_and_the_last_line_decide(
        long count, long server, int? lastMatch, bool othersWrote, long? first, long? end, object verdict, string text)
    {
        var finding = new LinesVerification
        {
            Subject = "history",
            Noun = "row",
            Count = count,
            Server = new ServerLines(server, server == 0 ? null : Last),
            LastMatch = lastMatch,
            OthersWrote = othersWrote,
            Receipt = first is null ? null : new ReceiptSpan(first.Value, end!.Value),
        }.Finding();
        Assert.Equal(new Finding("history", (FindingVerdict)verdict, text), finding);
    }

    [Fact]
    public void A_server_that_shows_no_last_line_leaves_it_unchecked()
    {
        var finding = new LinesVerification { Subject = "history", Noun = "row", Count = 5, Server = new ServerLines(5, null) }.Finding();
        Assert.Equal(FindingVerdict.NotChecked, finding.Verdict);
    }

    [Fact]
    public void Parts_stand_where_the_receipts_of_any_of_them_say()
    {
        Assert.Null(ReceiptSpan.Of([(5, null), (3, null)]));
        Assert.Equal(new ReceiptSpan(0, 8), ReceiptSpan.Of([(5, new(0, 5)), (3, new(5, 3))]));
        Assert.Equal(new ReceiptSpan(2, 10), ReceiptSpan.Of([(5, null), (3, new(7, 3))]));
        Assert.Equal(new ReceiptSpan(2, 10), ReceiptSpan.Of([(5, new(2, 4)), (3, null)]));
        Assert.Equal(new ReceiptSpan(0, 12), ReceiptSpan.Of([(5, new(0, 5)), (3, new(9, 3))]));
    }
}
