using System.Collections.Concurrent;
using Wandb.Contract.Telemetry;

namespace Wandb.Operator.Serving;

/// <summary>
/// Says in the log that a signal cannot be sent, and that it can again: each change once. What happens before there is a log is said when there is
/// one. (The library keeps what is logged while it exports away from its own exporter, so that the log does not feed on itself.)
/// </summary>
internal sealed class ExportNotices
{
    private readonly ConcurrentDictionary<OtlpSignal, string> _problems = new();
    private volatile ILogger? _log;

    /// <param name="problem">Null: it was sent.</param>
    public void Tell(OtlpSignal signal, string? problem)
    {
        if (problem is null)
        {
            if (_problems.TryRemove(signal, out _))
                _log?.ExportsAgain(NameOf(signal));
            return;
        }
        var isNew = !_problems.TryGetValue(signal, out var before) || before != problem;
        _problems[signal] = problem;
        if (isNew)
            _log?.NotExported(NameOf(signal), problem);
    }

    public void Begin(ILogger log)
    {
        _log = log;
        foreach (var (signal, problem) in _problems)
            log.NotExported(NameOf(signal), problem);
    }

    private static string NameOf(OtlpSignal signal) => signal.ToString().ToLowerInvariant();
}
