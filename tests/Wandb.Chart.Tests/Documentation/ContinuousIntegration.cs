namespace Wandb.Chart.Tests.Documentation;

/// <summary>What <c>.ci/run</c> runs: the script itself is followed in a folder of its own, where something stands for each program that builds, tests or installs.</summary>
internal static class ContinuousIntegration
{
    private static readonly string[] Programs = ["dotnet", "bash", "apt-get", "dpkg", "dpkg-deb"];

    // It is built before it is run.
    private static readonly string[] NativeAgent = ["artifacts", "publish", "Wandb.Agent", "release_linux-x64", "wandb-agent"];

    /// <returns>Each call, its program first; before all others that of the script itself.</returns>
    public static IReadOnlyList<string[]> Calls()
    {
        var folder = Directory.CreateTempSubdirectory("wandb-docs-ci-");
        try
        {
            string In(params string[] parts) => Path.Combine([folder.FullName, .. parts]);
            Directory.CreateDirectory(In(".ci"));
            File.Copy(Repository.Path(".ci", "run"), In(".ci", "run"));
            Directory.CreateDirectory(In("bin"));
            foreach (var name in Programs)
                File.CreateSymbolicLink(In("bin", name), RunPlace.StandIn("any-program"));
            Directory.CreateDirectory(In(NativeAgent[..^1]));
            File.CreateSymbolicLink(In(NativeAgent), RunPlace.StandIn("any-program"));
            var bash = Chart.Tests.Programs.PathOf("bash")!;
            Chart.Tests.Programs.Run("env", $"CALLS={In("calls")}", $"PATH={In("bin")}:{Chart.Tests.Programs.Variable("PATH")}", bash, In(".ci", "run"));
            return [["bash", ".ci/run"], .. RunPlace.ReadCalls(In("calls"))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
