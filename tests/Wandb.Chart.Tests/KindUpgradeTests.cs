using System.Diagnostics;

namespace Wandb.Chart.Tests;

/// <summary>
/// The documented way of kinds through the life of a release, with kubectl and the sandbox's API server: Helm creates them once, an upgrade
/// applies the new ones, an uninstallation leaves them, and deleting them hangs on nothing.
/// </summary>
public sealed class KindUpgradeTests : IAsyncLifetime
{
    private const string Run = "apiVersion: wandb-operator.io/v1alpha1\nkind: WandbRun\nmetadata: {name: old}\nspec: {project: p, ranks: zero}\n";
    private const string Ready = "Listening on";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wandb-kinds-");
    private Process? _cluster;

    private string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    public async ValueTask InitializeAsync()
    {
        if (!Programs.IsOnPath("kubectl"))
            return;
        var program = Path.Combine(Documentation.ProgramHelp.Folder("wandb-sandbox"), "wandb-sandbox");
        _cluster = Process.Start(new ProcessStartInfo(program, ["cluster", "--kubeconfig", Kubeconfig]) { RedirectStandardOutput = true })!;
        var first = await _cluster.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith(Ready, first, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        if (_cluster is not null)
            Programs.Stop(_cluster);
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Kinds_are_upgraded_in_place_and_go_when_they_are_told_to()
    {
        if (_cluster is null)
            Assert.Skip("kubectl is not on the path");
        // The kind of a version that did not know spec.ranks yet; Helm creates what is in crds/.
        Kubectl(Without("ranks", File.ReadAllText(Path.Combine(Repository.Chart, "crds", "wandbrun.yaml"))), "create", "-f", "-");
        Kubectl(null, "wait", "--for=condition=Established", "crd/wandbruns.wandb-operator.io", "--timeout=20s");
        Kubectl(Run, "create", "--validate=false", "-f", "-");
        Assert.Equal("p ", Kubectl(null, "get", "wandbrun", "old", "-o", "jsonpath={.spec.project} {.spec.ranks}"));

        // docs/compatibility.md, "Upgrading".
        Kubectl(null, "apply", "--server-side", "--force-conflicts", "-f", Path.Combine(Repository.Chart, "crds"));
        Kubectl(Run, "apply", "-f", "-");
        Assert.Equal("p zero", Kubectl(null, "get", "wandbrun", "old", "-o", "jsonpath={.spec.project} {.spec.ranks}"));

        // The same again, and the way back, as a rollback would.
        Kubectl(null, "apply", "--server-side", "--force-conflicts", "-f", Path.Combine(Repository.Chart, "crds"));
        Assert.Equal("old", Kubectl(null, "get", "wandbruns", "-o", "jsonpath={.items[*].metadata.name}"));

        Kubectl(null, "delete", "crd", "wandbruns.wandb-operator.io", "wandbprofiles.wandb-operator.io", "--timeout=20s");
        Assert.Equal("", Kubectl(null, "get", "crds", "-o", "name"));
    }

    // The lines of one field of the spec: from its name to the next of the same depth.
    private static string Without(string field, string yaml)
    {
        const string depth = "                ";
        var lines = yaml.Split('\n').ToList();
        var start = lines.FindIndex(line => line == $"{depth}{field}:");
        var end = lines.FindIndex(start + 1, line => !line.StartsWith(depth + " ", StringComparison.Ordinal));
        lines.RemoveRange(start, end - start);
        return string.Join('\n', lines);
    }

    private string Kubectl(string? input, params string[] arguments)
    {
        var file = Path.Combine(_folder.FullName, "input.yaml");
        if (input is not null)
            File.WriteAllText(file, input);
        var (status, output, error) = Programs.Run("kubectl", ["--kubeconfig", Kubeconfig, .. arguments.Select(argument => argument == "-" ? file : argument)]);
        Assert.True(status == 0, $"kubectl {string.Join(' ', arguments)}: {error}");
        return output;
    }
}
