using System.Reflection;
using Wandb.Agent.Artifacts;
using Wandb.Agent.GraphQL;
using Wandb.Agent.Http;
using Wandb.Agent.Streaming;
using Wandb.Agent.Uploads;
using Xunit;

namespace Wandb.Agent.Tests.Http;

/// <summary>The compiler cannot check a switch over a closed hierarchy: whoever adds a case finds here that switches must follow.</summary>
public sealed class OutcomeTests
{
    [Theory]
    [InlineData(typeof(AttemptFailure), "Connection Status TimedOut Untrusted")]
    [InlineData(typeof(RetryDecision), "GiveUp Reject Retry")]
    [InlineData(typeof(HttpOutcome), "Answer BodyUnavailable GaveUp Rejected")]
    [InlineData(typeof(ApiFailure), "GaveUp Refused")]
    [InlineData(typeof(ApiOutcome<string>), "Failed Success")]
    [InlineData(typeof(ServerReading<string>), "Failed Known Unsupported")]
    [InlineData(typeof(StreamOutcome), "Accepted GaveUp Rejected")]
    [InlineData(typeof(UploadSource), "LocalFile Memory Streamed")]
    [InlineData(typeof(SourceOpening), "Missing Opened Unreadable")]
    [InlineData(typeof(DigestOutcome), "Known Missing Unreadable")]
    [InlineData(typeof(PutOutcome), "GaveUp Refused SourceChanged Stored")]
    [InlineData(typeof(FileOutcome), "GaveUp Missing Refused Unchanged Unreadable Unstable Uploaded")]
    [InlineData(typeof(StoreOutcome), "NotStored Stored Unusable")]
    [InlineData(typeof(ArtifactOutcome), "AlreadyThere Committed GaveUp Incomplete NotFinal Refused")]
    public void A_hierarchy_has_these_cases_and_no_others(Type hierarchy, string cases)
    {
        var nested = hierarchy.GetNestedTypes(BindingFlags.NonPublic | BindingFlags.Public);
        Assert.Equal(cases, string.Join(' ', nested.Select(type => type.Name).Order(StringComparer.Ordinal)));
        Assert.All(nested, type => Assert.True(type.IsSealed));
    }
}
