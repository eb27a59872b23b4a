using Microsoft.Extensions.Logging;
using Wandb.Agent.Reporting;

namespace Wandb.Agent.Logs;

/// <summary>Writes each message as one line, with the scopes that are open where it is said. Thread-safe. What it is not: the library's factory with its queues.</summary>
internal sealed class LineLogger(TextWriter output, LogSettings settings, TimeProvider time) : ILogger
{
    private readonly LineOutput _lines = new(output);
    private readonly AsyncLocal<Scope?> _scope = new();

    public bool IsEnabled(LogLevel logLevel) => logLevel >= settings.Level && logLevel != LogLevel.None;

    public IDisposable BeginScope<TState>(TState state)
        where TState : notnull =>
        _scope.Value = new Scope(this, _scope.Value, MembersOf(state));

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        var entry = new LogEntry(time.GetUtcNow(), logLevel, eventId.Name ?? "", formatter(state, exception).TrimEnd(), Scope.All(_scope.Value), MembersOf(state));
        _lines.Write(LogLine.Of(entry, settings.Format));
    }

    private static IReadOnlyList<KeyValuePair<string, object?>> MembersOf<TState>(TState state) =>
        state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];

    private sealed class Scope(LineLogger owner, Scope? outer, IReadOnlyList<KeyValuePair<string, object?>> members) : IDisposable
    {
        public static IReadOnlyList<KeyValuePair<string, object?>> All(Scope? scope) => scope switch
        {
            null => [],
            { HasOuter: false } => scope.Own,
            _ => [.. All(scope.Outer), .. scope.Own],
        };

        private IReadOnlyList<KeyValuePair<string, object?>> Own => members;

        private Scope? Outer => outer;

        private bool HasOuter => outer is not null;

        public void Dispose() => owner._scope.Value = outer;
    }
}
