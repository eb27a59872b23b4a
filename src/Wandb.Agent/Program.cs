using System.Collections;
using System.Runtime.InteropServices;
using Wandb.Agent.Commands;

StandardStreams.Hold();
using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);

var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
    environment[(string)variable.Key] = (string?)variable.Value;

return await AgentCommandLine.InvokeAsync(
    args,
    new CommandContext
    {
        Output = Console.Out,
        Error = Console.Error,
        Environment = environment,
        Terminal = ConsoleTerminal.Find(environment),
    },
    stop.Token);

// The first signal ends the work in order, with a checkpoint; the next one ends the process at once, as the system does it.
void StopOnce(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested)
        return;
    signal.Cancel = true;
    stop.Cancel();
}
