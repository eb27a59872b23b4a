using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Tests.Runs;

public sealed class RunStatusKindTests
{
    private static readonly WandbRunSpec Spec = new() { SummaryMetrics = ["loss"], Folds = 2 };

    [Fact]
    public void The_first_status_is_a_change_of_state() => Assert.Equal(StatusChange.State, RunStatusKind.Value.Change(null, Running()));

    [Fact]
    public void What_comes_back_from_the_API_server_is_no_change()
    {
        var status = Running();

        Assert.Equal(StatusChange.None, RunStatusKind.Value.Change(Observed.Stored(status), status));
    }

    [Fact]
    public void A_number_that_the_API_server_writes_in_another_way_is_no_change()
    {
        var status = Running();
        var text = Observed.Text(status).Replace("\"loss\":0.5", "\"loss\":5e-1", StringComparison.Ordinal);
        var stored = JsonSerializer.Deserialize(text, OperatorJson.Default.WandbRun)!.Status!;

        Assert.Contains("5e-1", text, StringComparison.Ordinal);
        Assert.Equal(StatusChange.None, RunStatusKind.Value.Change(stored, status));
    }

    public static TheoryData<string, bool> Changes() => new()
    {
        { "steps", false },
        { "rows", false },
        { "lag", false },
        { "summary", false },
        { "message of a condition", false },
        { "state of a run", true },
        { "end of a run", true },
        { "receipt", true },
        { "new run", true },
        { "condition", true },
        { "missed", true },
        { "generation", true },
        { "group", true },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void What_people_wait_for_is_state_and_the_rest_is_progress(string what, bool isState)
    {
        var before = Running();
        var run = before.Runs![0];
        var after = what switch
        {
            "steps" => Run(before, run with { LastStep = 9, ReportedAt = Observed.Now }),
            "rows" => before with { Counts = before.Counts! with { RowsRead = 99 } },
            "lag" => before with { Lag = new RunLag { Seconds = 7 } },
            "summary" => Run(before, run with { Summary = new Dictionary<string, JsonElement> { ["loss"] = JsonDocument.Parse("0.25").RootElement } }),
            "message of a condition" => Condition(before, condition => condition with { Message = "another" }),
            "state of a run" => Run(before, run with { State = "Buffering" }),
            "end of a run" => Run(before, run with { ExitCode = 0 }),
            "receipt" => Run(before, run with { ReceiptDigest = "d" }),
            "new run" => before with { Runs = [.. before.Runs, run with { Id = "other" }] },
            "condition" => Condition(before, condition => condition with { Status = "False" }),
            "missed" => before with { Missed = [new MissedEntry { Pod = "p" }] },
            "generation" => before with { ObservedGeneration = 2 },
            "group" => before with { Groups = [before.Groups![0] with { Running = 9 }] },
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };

        Assert.Equal(isState ? StatusChange.State : StatusChange.Progress, RunStatusKind.Value.Change(before, after));
    }

    private static WandbRunStatus Run(WandbRunStatus status, RunEntry entry) => status with { Runs = [entry] };

    private static WandbRunStatus Condition(WandbRunStatus status, Func<Condition, Condition> change) =>
        status with { Conditions = [change(status.Conditions![0]), .. status.Conditions.Skip(1)] };

    private static WandbRunStatus Running()
    {
        var pod = Observed.Pod(0);
        return RunStatusComputation.Of(Observed.Of(Spec, (pod, Observed.Report(pod, Observed.Run(pod, ReportedRunState.Running, loss: 0.5)))));
    }
}
