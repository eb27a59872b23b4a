using Wandb.Agent.GraphQL;
using Wandb.Agent.Receipts;
using Wandb.Agent.Uploads;
using Wandb.Agent.Verification;
using Xunit;

namespace Wandb.Agent.Tests.Verification;

public sealed class FileVerificationTests
{
    private static readonly DigestOutcome Here = new DigestOutcome.Known(4, "here");
    private static readonly ReceiptFile Sent = new("a", 3, "sent", 200);

    [Fact]
    public void A_server_that_tells_no_digest_is_compared_by_size()
    {
        Assert.Equal(FindingVerdict.NotChecked, Verdict(Named(null), Here, new StoredRunFile("a", null, 4)));
        Assert.Equal(FindingVerdict.NotChecked, Verdict(Named(null), Here, new StoredRunFile("a", null, null)));
        Assert.Equal(FindingVerdict.Differs, Verdict(Named(null), Here, new StoredRunFile("a", null, 5)));
        Assert.Equal(FindingVerdict.NotChecked, Verdict(Named(Sent), Here, new StoredRunFile("a", null, 3)));
    }

    [Fact]
    public void A_file_that_was_sent_and_is_gone_there_is_missing() =>
        Assert.Equal(FindingVerdict.Missing, Verdict(Named(Sent), new DigestOutcome.Missing(), null));

    [Fact]
    public void A_file_that_the_sync_was_allowed_to_miss_is_not_checked() =>
        Assert.Equal(FindingVerdict.NotChecked, Verdict(Named(null) with { WasGone = true }, new DigestOutcome.Missing(), null));

    [Fact]
    public void A_file_that_is_only_on_the_server_has_nothing_to_be_compared_with() =>
        Assert.Equal(FindingVerdict.NotChecked, Verdict(Named(null), new DigestOutcome.Missing(), new StoredRunFile("a", "there", 4)));

    [Fact]
    public void A_made_file_that_another_part_wrote_again_is_not_checked()
    {
        var made = new NamedFile("config.yaml", null, Sent, false);
        Assert.Equal(FindingVerdict.Differs, Verdict(made, null, new StoredRunFile("config.yaml", "there", 4)));
        Assert.Equal(FindingVerdict.NotChecked, new FileVerification(made, null, new StoredRunFile("config.yaml", "there", 4), OthersWrote: true).Finding().Verdict);
    }

    private static NamedFile Named(ReceiptFile? receipt) => new("a", "/run/files/a", receipt, false);

    private static FindingVerdict Verdict(NamedFile file, DigestOutcome? local, StoredRunFile? stored) =>
        new FileVerification(file, local, stored, OthersWrote: false).Finding().Verdict;
}
