using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;
using Wandb.Operator.Statuses;

namespace Wandb.Operator.Tests.Runs;

public sealed class RunStatusSizeTests
{
    // What etcd takes by default: https://etcd.io/docs/v3.5/dev-guide/limit/
    private const int MaxBytes = 1536 * 1024;

    /// <summary>With what the API server keeps beside it: for each field, whose it is.</summary>
    [Fact]
    public async Task Status_of_100_groups_with_32_metrics_each_fits_into_one_object()
    {
        await using var runs = await LocalRuns.StartAsync(isOperatorRunning: false);
        await runs.CreateRunAsync("r");
        var path = $"/apis/{ResourceNames.ApiVersion}/namespaces/{LocalRuns.Namespace}/{ResourceNames.Runs}/r";
        var status = JsonSerializer.Serialize(Large(), OperatorJson.Default.WandbRunStatus);

        var stored = await runs.SendAsync(
            HttpMethod.Patch, $"{path}/status?fieldManager={StatusApi.FieldManager}&force=true",
            $$"""{"apiVersion":"{{ResourceNames.ApiVersion}}","kind":"{{WandbRun.KindName}}","metadata":{"name":"r"},"status":{{status}}}""", "application/apply-patch+yaml");

        Assert.Equal(3200, stored.GetProperty("status").GetProperty("groups").EnumerateArray().Sum(group => group.GetProperty("metrics").GetArrayLength()));
        Assert.InRange(stored.GetRawText().Length, 1, MaxBytes * 3 / 4);
    }

    private static WandbRunStatus Large()
    {
        string[] keys = [.. Enumerable.Range(0, 32).Select(number => $"validation/{number:00}".PadRight(40, 'k'))];
        var value = JsonDocument.Parse("-0.12345678901234568").RootElement;
        return RunStatusComputation.Of(Observed.Of(
            new() { SummaryMetrics = keys },
            [
                .. Enumerable.Range(0, RunStatusComputation.ShownRuns).Select(index => Observed.Pod(index)).Select(pod => Observed.Done(
                    pod,
                    Observed.Run(pod, ReportedRunState.Synced, 0) with
                    {
                        Group = $"group-{pod.Index}",
                        Name = $"train-{pod.Index}",
                        Url = new Uri($"https://wandb.example.com/entity/project/runs/{pod.Uid}"),
                        Message = new string('m', 100),
                        ReceiptDigest = new string('d', 64),
                        Summary = keys.ToDictionary(key => key, _ => value),
                    })),
            ]));
    }
}
