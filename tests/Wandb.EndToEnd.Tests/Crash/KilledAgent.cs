using System.Diagnostics;
using System.Text;
using Wandb.Sandbox.Backend;
using Wandb.Sandbox.Commands;

namespace Wandb.EndToEnd.Tests.Crash;

/// <summary>One process of the agent, until it is killed or ends. What it says is kept.</summary>
internal sealed class KilledAgent : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _speaks = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KilledAgent(ProcessStartInfo start)
    {
        _process = Process.Start(start) ?? throw new UnreachableException("A process that is started anew exists");
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Everything that it has said so far.</summary>
    public string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <param name="agent">As in <see cref="KillLoopSettings.Agent"/>.</param>
    /// <param name="home">Its own files go below it.</param>
    public static KilledAgent Start(string agent, LocalBackend backend, string home, params string[] arguments)
    {
        var start = AgentProcess.StartInfo(agent, arguments, backend.Url, backend.ApiKey);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.Environment["HOME"] = home;
        start.Environment["XDG_STATE_HOME"] = home;
        return new KilledAgent(start);
    }

    /// <summary>Returns when it has begun to work: a runtime that starts is nothing to kill.</summary>
    public Task SpeaksAsync(CancellationToken ct) => _speaks.Task.WaitAsync(Limit, ct);

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(CancellationToken ct)
    {
        _process.Kill();
        await _process.WaitForExitAsync(ct);
    }

    /// <returns>The exit status.</returns>
    public async Task<int> EndAsync(CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct).WaitAsync(Limit, ct);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Hear(string? line)
    {
        if (line is null)
            return;
        lock (_said)
            _said.AppendLine(line);
        _speaks.TrySetResult();
    }
}
