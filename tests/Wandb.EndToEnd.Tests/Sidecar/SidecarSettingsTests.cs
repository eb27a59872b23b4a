using Wandb.Contract;
using Wandb.EndToEnd.Tests.Harness;
using Wandb.EndToEnd.Tests.Live;
using Xunit;

namespace Wandb.EndToEnd.Tests.Sidecar;

/// <summary>Whatever is wrong with the settings of a pod, its containers start: a kubelet must have seen the sidecar run.</summary>
public sealed class SidecarSettingsTests : SidecarTest
{
    [Fact]
    public async Task Pod_whose_settings_name_no_key_is_followed_and_told()
    {
        GrowingFile.In(Folder, "keyless").GrowTo(new RunRecords("keyless").Start().Rows(0, 3).Exit());
        using var signal = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var agent = RunAsync(new Uri("http://127.0.0.1:1/v1/reports"), "1", signal.Token, withKey: false, more: new() { [AgentEnvironment.ApiKeyFile] = null });

        await UntilAsync(() => Status() is { } status && (string)status["backend"]!["state"]! == "Unauthorized", agent, "the missing key was told");
        var run = await EndAsync(signal, agent);

        Assert.Equal(2, run.Status);
        Assert.Contains("have apiKeySecretRef", (string)Status()!["backend"]!["reason"]!, StringComparison.Ordinal);
        Assert.Equal(("keyless", 3), ((string)Status()!["runs"]!.AsArray().Single()!["id"]!, (int)Status()!["runs"]!.AsArray().Single()!["rowsRead"]!));
    }

    [Fact]
    public async Task Wrong_setting_in_a_pod_does_not_end_the_sidecar_before_it_was_seen_to_run()
    {
        var begun = TimeProvider.System.GetTimestamp();

        var run = await RunAsync(new Uri("http://127.0.0.1:1/v1/reports"), "soon", Stop, scale: 100);

        // 30 s of that clock.
        Assert.True(TimeProvider.System.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(295));
        Assert.Equal(1, run.Status);
        Assert.Contains("soon", run.Error, StringComparison.Ordinal);
    }
}
