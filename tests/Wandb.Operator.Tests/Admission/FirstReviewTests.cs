using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wandb.Operator.Admission;
using Wandb.Operator.Injection;
using Wandb.Operator.Resources;

namespace Wandb.Operator.Tests.Admission;

public sealed class FirstReviewTests : ILogger<AdmissionEndpoint>
{
    private static readonly OperatorDefaults Defaults = new() { AgentImage = "agent:1", ReportUrl = "https://o/v1/reports" };
    private readonly List<string> _lines = [];

    [Theory]
    [InlineData(null)]
    [InlineData("team-*")]
    public async Task Replica_is_ready_when_it_has_injected_a_pod(string? allowed)
    {
        var settings = new WandbProfileSpec { AllowedProjects = allowed is null ? null : [allowed], AllowedEntities = allowed is null ? null : [allowed] };
        using var review = new FirstReview(Defaults with { Settings = settings }, TimeProvider.System, NullLogger<AdmissionEndpoint>.Instance);
        Assert.Equal((false, "not over yet"), (review.IsReady, review.Reason));

        await RunAsync(review);

        Assert.NotNull(Assert.IsType<AdmissionDecision.Patch>(review.Decision).Plan);
        Assert.Equal((true, null), (review.IsReady, review.Reason));
    }

    [Fact]
    public async Task Mistake_in_it_is_told_and_keeps_no_pod_waiting()
    {
        using var review = new FirstReview(Defaults, new NoTime(), this);

        await RunAsync(review);

        Assert.True(review.IsReady);
        Assert.Contains("InvalidTimeZoneException", Assert.Single(_lines), StringComparison.Ordinal);
    }

    void ILogger.Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel} {formatter(state, exception)} {exception}");

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    private static async Task RunAsync(FirstReview review)
    {
        await review.StartAsync(TestContext.Current.CancellationToken);
        await review.ExecuteTask!;
    }

    private sealed class NoTime : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidTimeZoneException();
    }
}
