using Wandb.Agent.Http;
using Wandb.Agent.Reports;
using Wandb.Contract;
using Xunit;

namespace Wandb.Agent.Tests.Reports;

public sealed class BackendHealthTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    [Theory]
    [InlineData(nameof(RequestKind.GraphQL), 401, BackendState.Unauthorized)]
    [InlineData(nameof(RequestKind.FileStream), 403, BackendState.Forbidden)]
    [InlineData(nameof(RequestKind.GraphQLUpsert), 404, BackendState.NotFound)]
    [InlineData(nameof(RequestKind.GraphQLUpsert), 503, BackendState.Unreachable)]
    [InlineData(nameof(RequestKind.FileStream), 429, BackendState.Unreachable)]
    [InlineData(nameof(RequestKind.FileStream), null, BackendState.Unreachable)]
    // A body that is refused was read.
    [InlineData(nameof(RequestKind.FileStream), 400, BackendState.Reachable)]
    [InlineData(nameof(RequestKind.FileStream), 200, BackendState.Reachable)]
    // A project that does not exist yet is not found; that says nothing about writing.
    [InlineData(nameof(RequestKind.GraphQL), 404, BackendState.Unknown)]
    // Storage is another host.
    [InlineData(nameof(RequestKind.FilePut), 403, BackendState.Unknown)]
    [InlineData(nameof(RequestKind.FilePut), 200, BackendState.Unknown)]
    public void First_answer_tells_the_state(string kind, int? status, BackendState state) =>
        Assert.Equal(state, BackendHealth.Unknown.After(Try(Enum.Parse<RequestKind>(kind), status), Now).State);

    [Fact]
    public void One_lost_answer_is_no_darkness_but_two_are()
    {
        var once = BackendHealth.Unknown.After(Try(RequestKind.FileStream, 200), Now).After(Try(RequestKind.FileStream, null), Now.AddSeconds(1));
        Assert.Equal(BackendState.Reachable, once.State);

        var twice = once.After(new RequestTry(RequestKind.FileStream, null, "refused", TimeSpan.FromSeconds(4)), Now.AddSeconds(3));

        Assert.Equal((BackendState.Unreachable, Now.AddSeconds(3), "refused", Now.AddSeconds(7)), (twice.State, twice.Since, twice.Reason, twice.NextTry));
        Assert.Equal(Now.AddSeconds(3), twice.After(Try(RequestKind.FileStream, 502), Now.AddSeconds(7)).Since);
        Assert.Equal(BackendState.Reachable, once.After(Try(RequestKind.FileStream, 200), Now).After(Try(RequestKind.FileStream, null), Now).State);
    }

    [Fact]
    public void Refusal_to_write_stays_until_something_is_written()
    {
        var refused = BackendHealth.Unknown.After(Try(RequestKind.GraphQLUpsert, 403), Now);

        Assert.Equal(BackendState.Forbidden, refused.After(Try(RequestKind.GraphQL, 200), Now).State);
        Assert.Equal(BackendState.Reachable, refused.After(Try(RequestKind.GraphQLUpsert, 200), Now).State);
    }

    private static RequestTry Try(RequestKind kind, int? status) => new(kind, status, "words", null);
}
