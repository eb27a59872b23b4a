using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Wandb.Sandbox.Commands;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>How agents are killed; named by variables (docs/testing.md).</summary>
internal sealed record KillLoopSettings
{
    private const string Prefix = "WANDB_E2E_";

    /// <summary>
    /// The agent: the given one, else the native one that was published, if it is as new as the agent that was built with the tests, else that one.
    /// </summary>
    public required string Agent { get; init; }

    /// <summary>How long a trainer writes. Default 8 s, in each of two tests.</summary>
    public TimeSpan Writing { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Repeats the moments of an earlier loop.</summary>
    public required int Seed { get; init; }

    // The test program lies in artifacts/bin/Wandb.EndToEnd.Tests/debug/.
    private static string Published => Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "..", "publish", "Wandb.Agent", $"release_{RuntimeInformation.RuntimeIdentifier}", "wandb-agent"));

    public static KillLoopSettings FromEnvironment()
    {
        var variables = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        var settings = new KillLoopSettings
        {
            Agent = variables["AGENT"] ?? (IsUpToDate(Published) ? Published : AgentProcess.BuiltAgent),
            Seed = variables["KILL_SEED"] is { } seed ? int.Parse(seed, CultureInfo.InvariantCulture) : Random.Shared.Next(),
        };
        return variables["KILL_SECONDS"] is { } seconds ? settings with { Writing = TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)) } : settings;
    }

    private static bool IsUpToDate(string agent) => File.Exists(agent) && File.GetLastWriteTimeUtc(agent) >= File.GetLastWriteTimeUtc(AgentProcess.BuiltAgent);
}
