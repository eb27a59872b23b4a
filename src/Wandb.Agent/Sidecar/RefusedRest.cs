using Wandb.Agent.Live;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Sidecar;

/// <summary>Counts how often the server has refused what is left, so that nobody waits for ever for what waiting does not change. Used by one loop.</summary>
internal sealed class RefusedRest
{
    // Refusals in a row, by file.
    private Dictionary<string, int> _refusals = new(StringComparer.Ordinal);

    /// <param name="left">The files that are left after one more try.</param>
    /// <param name="reports">What became of files, by file.</param>
    /// <returns>Whether each of them was refused so often, one time after the other, that nothing more is to be expected.</returns>
    public bool IsFinal(IReadOnlyList<string> left, IReadOnlyDictionary<string, RunReport> reports)
    {
        _refusals = left.ToDictionary(
            file => file,
            file => reports.GetValueOrDefault(file)?.Cause is { NeedsPerson: true } ? _refusals.GetValueOrDefault(file) + 1 : 0,
            StringComparer.Ordinal);
        return _refusals.Values.All(count => count >= WatchedRun.MaxFailures);
    }

    /// <summary>There is another key: what was refused may be taken now.</summary>
    public void Forget() => _refusals.Clear();
}
