using System.Collections;
using System.Runtime.InteropServices;
using Wandb.Operator.Commands;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOnce);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOnce);

var environment = new Dictionary<string, string?>(StringComparer.Ordinal);
foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
    environment[(string)variable.Key] = (string?)variable.Value;

return await OperatorCommandLine.InvokeAsync(args, environment, Console.In, Console.Out, Console.Error, stop.Token);

// The first signal ends the work in order; the next one ends the process at once, as the system does it.
void StopOnce(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested)
        return;
    signal.Cancel = true;
    stop.Cancel();
}
