using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Uploads;

public sealed class FilePlanTests
{
    private readonly FilePlan plan = new(false, []);

    [Theory]
    [InlineData(UploadPolicy.Now, true, true)]
    [InlineData(UploadPolicy.Live, true, true)]
    [InlineData(UploadPolicy.End, false, true)]
    internal void A_new_file_is_due_as_its_policy_says(UploadPolicy policy, bool now, bool atEnd)
    {
        plan.Add("f", policy);
        Assert.Equal((now, atEnd), (plan.DueNow().Count == 1, plan.DueAtEnd().Count == 1));
    }

    [Theory]
    [InlineData(UploadPolicy.Now, false)]
    [InlineData(UploadPolicy.Live, true)]
    [InlineData(UploadPolicy.End, true)]
    internal void After_an_upload_a_file_that_may_still_change_is_looked_at_again_at_the_end(UploadPolicy policy, bool atEnd)
    {
        plan.Add("f", policy);
        plan.Uploaded("f", "md5", null);
        Assert.Empty(plan.DueNow());
        Assert.Equal(atEnd, plan.DueAtEnd().Count == 1);
        Assert.Equal("md5", Assert.Single(plan.Files).UploadedMd5);
    }

    [Fact]
    public void The_last_policy_wins_and_the_digest_stays()
    {
        plan.Add("f", UploadPolicy.Now);
        plan.Uploaded("f", "md5", null);
        plan.Add("./f", UploadPolicy.End);
        Assert.Equal(new PlannedFile("f", UploadPolicy.End, true, "md5"), Assert.Single(plan.Files));
    }

    [Fact]
    public void A_bad_path_is_told_and_not_planned()
    {
        Assert.NotNull(plan.Add("../../etc/passwd", UploadPolicy.Now));
        Assert.Empty(plan.Files);
    }

    [Fact]
    public void A_restored_plan_goes_on_where_it_was()
    {
        plan.Add("a", UploadPolicy.Live);
        plan.Add("b", UploadPolicy.Now);
        plan.Uploaded("b", "md5", null);
        var restored = new FilePlan(false, plan.Files);
        Assert.Equal(plan.Files, restored.Files);
        Assert.Equal("a", Assert.Single(restored.DueNow()).Path);
    }
}
