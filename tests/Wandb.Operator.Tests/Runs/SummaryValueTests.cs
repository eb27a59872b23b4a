using System.Text.Json;
using Wandb.Contract;
using Wandb.Operator.Resources;
using Wandb.Operator.Runs;

namespace Wandb.Operator.Tests.Runs;

/// <summary>Whatever an agent tells of a summary: what the API server stores of it is what was written, so that it is not written again.</summary>
public sealed class SummaryValueTests
{
    [Theory]
    [InlineData("0.5", "0.5")]
    [InlineData("-7", "-7")]
    [InlineData("9223372036854775807", "9223372036854775807")]
    [InlineData("12345678901234567890123", "1.2345678901234568E+22")]
    [InlineData("0.1234567890123456789", "0.12345678901234568")]
    [InlineData("-0.0", "0")]
    [InlineData("1e999", null)]
    [InlineData("[1, -1e999]", null)]
    [InlineData("1e-999", "0")]
    [InlineData("null", null)]
    [InlineData("true", "true")]
    [InlineData("\"NaN\"", "\"NaN\"")]
    [InlineData("\"a\\/b\"", "\"a/b\"")]
    [InlineData("\"\\ud83d\"", "\"\\uFFFD\"")]
    [InlineData("{\"min\": 1.0, \"min\": 0.10000000000000000001, \"of\": [null, -0.0]}", "{\"min\":0.1,\"of\":[null,0]}")]
    public void Value_is_shown_as_an_API_server_gives_it_back(string told, string? shown)
    {
        var pod = Observed.Pod(0);
        var run = Observed.Run(pod, ReportedRunState.Running) with { Summary = new Dictionary<string, JsonElement> { ["loss"] = JsonDocument.Parse(told).RootElement } };

        var status = RunStatusComputation.Of(Observed.Of(new WandbRunSpec { SummaryMetrics = ["loss"] }, (pod, Observed.Report(pod, run))));

        Assert.Equal(shown, status.Runs!.Single().Summary?["loss"].GetRawText());
        Assert.NotEmpty(Observed.Text(status));
    }
}
