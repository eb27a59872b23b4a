using Wandb.Agent.Http;
using Wandb.Agent.Reporting;
using Wandb.Agent.Sidecar;
using Xunit;

namespace Wandb.Agent.Tests.Sidecar;

public sealed class RefusedRestTests
{
    private static readonly ApiFailure Refused = new ApiFailure.Refused(RefusalKind.BadRequest, 400, "bad name");
    private static readonly ApiFailure Away = new ApiFailure.GaveUp(20, "connection refused");

    private readonly RefusedRest _rest = new();

    [Fact]
    public void Rest_that_is_refused_three_times_in_a_row_is_final()
    {
        Assert.False(IsFinal(("a", Refused)));
        Assert.False(IsFinal(("a", Refused)));
        Assert.True(IsFinal(("a", Refused)));
    }

    [Fact]
    public void Server_that_was_away_in_between_is_asked_anew()
    {
        IsFinal(("a", Refused));
        IsFinal(("a", Refused));
        Assert.False(IsFinal(("a", Away)));
        Assert.False(IsFinal(("a", Refused)));
    }

    [Fact]
    public void What_waits_for_something_else_is_waited_for()
    {
        for (var tries = 0; tries < 5; tries++)
            Assert.False(IsFinal(("a", Refused), ("held by another agent", null)));
        Assert.True(IsFinal(("a", Refused)));
    }

    [Fact]
    public void Another_key_begins_anew()
    {
        IsFinal(("a", Refused));
        IsFinal(("a", Refused));
        _rest.Forget();
        Assert.False(IsFinal(("a", Refused)));
    }

    private bool IsFinal(params (string File, ApiFailure? Cause)[] left) => _rest.IsFinal(
        [.. left.Select(file => file.File)],
        left.ToDictionary(file => file.File, file => new RunReport { File = file.File, Result = SyncResult.Incomplete, Cause = file.Cause }));
}
