namespace Wandb.Agent.Ends;

/// <summary>Tells which container writes a run file; see <see cref="Contract.AgentEnvironment.Containers"/>.</summary>
/// <param name="names">Of the injected containers.</param>
/// <param name="roots">Full paths.</param>
internal sealed class ContainerNames(IReadOnlyList<string> names, IReadOnlyList<string> roots)
{
    /// <returns>Empty when it is not known.</returns>
    public string Of(string runFile)
    {
        if (names.Count == 1)
            return names[0];
        var path = Path.GetFullPath(runFile);
        return names.FirstOrDefault(name => roots.Any(root => path.StartsWith(Path.Combine(root, name) + "/", StringComparison.Ordinal))) ?? "";
    }
}
