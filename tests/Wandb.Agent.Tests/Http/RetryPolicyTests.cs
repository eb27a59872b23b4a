using Wandb.Agent.Http;
using Xunit;

namespace Wandb.Agent.Tests.Http;

public sealed class RetryPolicyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly RetryOptions Options = new();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(413)]
    [InlineData(422)]
    [InlineData(501)]
    public void Stream_and_GraphQL_take_these_statuses_for_an_answer(int status)
    {
        foreach (var kind in (RequestKind[])[RequestKind.FileStream, RequestKind.GraphQL, RequestKind.GraphQLUpsert])
            Assert.IsType<RetryDecision.Reject>(Decide(kind, status));
    }

    [Theory]
    [InlineData(402)]
    [InlineData(408)]
    [InlineData(418)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    [InlineData(599)]
    [InlineData(600)]
    public void Stream_and_GraphQL_try_every_other_error_status_again(int status)
    {
        foreach (var kind in (RequestKind[])[RequestKind.FileStream, RequestKind.GraphQL, RequestKind.GraphQLUpsert])
            Assert.IsType<RetryDecision.Retry>(Decide(kind, status));
    }

    [Fact]
    public void Only_UpsertBucket_tries_a_conflict_again()
    {
        Assert.IsType<RetryDecision.Retry>(Decide(RequestKind.GraphQLUpsert, 409));
        Assert.IsType<RetryDecision.Reject>(Decide(RequestKind.GraphQL, 409));
        Assert.IsType<RetryDecision.Reject>(Decide(RequestKind.FileStream, 409));
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(501, false)]
    [InlineData(408, false)]
    [InlineData(403, false)]
    [InlineData(400, false)]
    [InlineData(304, false)]
    public void A_put_tries_only_429_and_server_errors_again(int status, bool again) =>
        Assert.Equal(again, Decide(RequestKind.FilePut, status) is RetryDecision.Retry);

    [Theory]
    [InlineData(1, 0, 2)]
    [InlineData(2, 0, 4)]
    [InlineData(3, 0, 8)]
    [InlineData(5, 0, 32)]
    [InlineData(6, 0, 60)]
    [InlineData(10_000, 0, 60)]
    [InlineData(1, 1, 2.5)]
    [InlineData(2, 0.5, 4.5)]
    [InlineData(5, 1, 40)]
    public void Waits_double_up_to_a_minute_and_jitter_adds_at_most_a_quarter(int tries, double jitter, double seconds)
    {
        var decision = RetryPolicy.Decide(RequestKind.FileStream, new AttemptFailure.Connection("cut"), tries, jitter, Now, Options);
        Assert.Equal(new RetryDecision.Retry(TimeSpan.FromSeconds(seconds)), decision);
    }

    [Theory]
    [InlineData(RequestKind.FileStream, 10_085)]
    [InlineData(RequestKind.GraphQL, 20)]
    [InlineData(RequestKind.GraphQLUpsert, 20)]
    [InlineData(RequestKind.FilePut, 20)]
    internal void Each_kind_has_its_number_of_tries(RequestKind kind, int tries)
    {
        Assert.IsType<RetryDecision.Retry>(RetryPolicy.Decide(kind, new AttemptFailure.Status(503, null), tries - 1, 0, Now, Options));
        Assert.Equal(new RetryDecision.GiveUp("HTTP 503"), RetryPolicy.Decide(kind, new AttemptFailure.Status(503, null), tries, 0, Now, Options));
    }

    [Fact]
    public void A_certificate_that_is_not_trusted_is_not_tried_again() =>
        Assert.IsType<RetryDecision.GiveUp>(RetryPolicy.Decide(RequestKind.FileStream, new AttemptFailure.Untrusted("x"), 1, 0, Now, Options));

    /// <summary>
    /// Nothing, or a moment that is over, is asked for by servers that do not mean it: thousands of tries would follow each other as fast as the line
    /// goes, where a run may send twice a second. So no wait is shorter than the first one without the header.
    /// </summary>
    [Theory]
    [InlineData("0", 2)]
    [InlineData("1.5", 2)]
    [InlineData("2.5", 2.5)]
    [InlineData("300", 300)]
    [InlineData("-3", 2)]
    [InlineData("1e300", 86_400)]
    [InlineData("Tue, 24 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Tue, 24 Nov 2026 11:00:00 GMT", 2)]
    [InlineData("Tue, 24 Nov 2026 12:59:59 GMT", 3599)]
    [InlineData("Wed, 25 Nov 2026 12:00:00 GMT", 3600)]
    public void Retry_after_replaces_the_wait(string header, double seconds)
    {
        var decision = RetryPolicy.Decide(RequestKind.GraphQL, new AttemptFailure.Status(429, header), 3, 0, Now, Options);
        Assert.Equal(new RetryDecision.Retry(TimeSpan.FromSeconds(seconds)), decision);
    }

    [Theory]
    [InlineData("0", 2.25)]
    [InlineData("100", 112.5)]
    [InlineData("Tue, 24 Nov 2026 12:00:40 GMT", 45)]
    [InlineData("3600", 3630)]
    public void Jitter_adds_a_quarter_and_at_most_a_minute_to_what_was_asked(string header, double seconds)
    {
        var decision = RetryPolicy.Decide(RequestKind.GraphQL, new AttemptFailure.Status(429, header), 3, 0.5, Now, Options);
        Assert.Equal(new RetryDecision.Retry(TimeSpan.FromSeconds(seconds)), decision);
    }

    /// <summary>A clock that is a day behind must not make a day of half a minute.</summary>
    [Theory]
    [InlineData("Tue, 24 Nov 2026 12:00:30 GMT", "Tue, 24 Nov 2026 12:00:00 GMT", 30)]
    [InlineData("Wed, 25 Nov 2026 12:00:30 GMT", "Wed, 25 Nov 2026 12:00:00 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", 30)]
    [InlineData("Tue, 24 Nov 2026 12:00:30 GMT", "yesterday", 30)]
    public void Date_is_read_by_the_clock_of_the_server_where_it_tells_it(string header, string date, double seconds)
    {
        var decision = RetryPolicy.Decide(RequestKind.FileStream, new AttemptFailure.Status(503, header, date), 1, 0, Now, Options);
        Assert.Equal(new RetryDecision.Retry(TimeSpan.FromSeconds(seconds)), decision);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("NaN")]
    public void An_unreadable_retry_after_is_as_none(string header) =>
        Assert.Equal(
            new RetryDecision.Retry(TimeSpan.FromSeconds(2)),
            RetryPolicy.Decide(RequestKind.GraphQL, new AttemptFailure.Status(429, header), 1, 0, Now, Options));

    private static RetryDecision Decide(RequestKind kind, int status) =>
        RetryPolicy.Decide(kind, new AttemptFailure.Status(status, null), 1, 0, Now, Options);
}
